import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ArtifactStore } from '../../../src/ports/artifact-store.ts';

interface Answer {
  status: number;
  type: string;
  body: string;
}

export interface FaultyStorage {
  makeStore: (address: string) => ArtifactStore;
  /** Answers that no repetition helps against. */
  denied: Answer[];
  /** Answers that the same request may not get the next time. */
  passing: Answer[];
  /** Answers after which the step is to be tried again, some time later. */
  unavailable: Answer[];
  /** The description of an object of five bytes, "hello": headers, or for a JSON API the object itself. */
  head: Record<string, string> | { object: object };
  isWrite: (request: IncomingMessage) => boolean;
  /** The answer to a write whose condition does not hold. */
  precondition: Answer;
  written: Answer;
}

/** What an adapter makes of a storage that misbehaves, over the vendor's wire format. */
export const storageFaultsSuite = (storage: FaultyStorage): void => {
  let handle: (request: IncomingMessage, response: ServerResponse) => void;
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => handle(request, response));
  });
  const requests: string[] = [];
  let store: ArtifactStore;

  beforeEach(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    requests.length = 0;
    store = storage.makeStore(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const answer = (response: ServerResponse, { status, type, body }: Answer): void =>
    void response.writeHead(status, { 'content-type': type }).end(body);

  const sendObject = (request: IncomingMessage, response: ServerResponse, bodyBytes = 5): void => {
    const isRead = request.headers.range !== undefined;
    if (isRead) {
      const start = Number(/bytes=(\d+)/.exec(request.headers.range ?? '')?.[1]);
      const rest = 'hello'.slice(start);
      response.writeHead(206, {
        'content-length': rest.length,
        'content-range': `bytes ${start}-4/5`,
        'content-type': 'application/octet-stream',
        etag: '"1"',
        'x-goog-generation': '1',
      });
      if (rest.length <= bodyBytes) response.end(rest);
      // What was written must leave before the connection breaks.
      else response.write(rest.slice(0, bodyBytes), () => response.socket?.destroySoon());
    } else if ('object' in storage.head) {
      const { object } = storage.head;
      answer(response, { status: 200, type: 'application/json', body: JSON.stringify(object) });
    } else {
      response.writeHead(200, storage.head as Record<string, string>).end();
    }
  };

  test.each(storage.denied)('fails at once with StorageDenied on $status $body', async (fault) => {
    handle = (request, response) => {
      requests.push(request.method ?? '');
      answer(response, fault);
    };
    await expect(store.put('jobs/a', 'hello')).rejects.toMatchObject({ code: 'StorageDenied' });
    expect(requests).toHaveLength(1);
  });

  test.each(storage.passing)('goes on after one answer of $status $body', async (fault) => {
    handle = (request, response) => {
      requests.push(request.method ?? '');
      answer(response, requests.length === 1 ? fault : storage.written);
    };
    expect(await store.put('jobs/a', 'hello')).toMatchObject({ bytes: 5 });
    expect(requests).toHaveLength(2);
  });

  test.each(storage.unavailable)(
    'says StorageUnavailable while the answer is $status $body',
    async (fault) => {
      handle = (_request, response) => answer(response, fault);
      await expect(store.put('jobs/a', 'hello')).rejects.toMatchObject({ code: 'StorageUnavailable' });
    },
  );

  test('says StorageUnavailable when nobody listens', async () => {
    const nobody = storage.makeStore('http://127.0.0.1:1');
    await expect(nobody.put('jobs/a', 'hello')).rejects.toMatchObject({ code: 'StorageUnavailable' });
  });

  test('recognises its own object when the answer to its write was lost', async () => {
    let writes = 0;
    handle = (request, response) => {
      if (!storage.isWrite(request)) return sendObject(request, response);
      writes += 1;
      if (writes === 1) return void response.socket?.destroy();
      return answer(response, storage.precondition);
    };
    expect(await store.put('jobs/a', 'hello')).toMatchObject({ uri: 'artifact:jobs/a', bytes: 5 });
    expect(writes).toBe(2);
  });

  test('goes on reading where the connection broke', async () => {
    const ranges: string[] = [];
    handle = (request, response) => {
      const { range } = request.headers;
      if (range !== undefined) ranges.push(range);
      sendObject(request, response, ranges.length === 1 ? 2 : 5);
    };
    const found = await store.find('jobs/a');
    if (found === undefined) throw new Error('The object is not there.');
    expect(await text(await store.openStream(found))).toBe('hello');
    expect(ranges).toEqual(['bytes=0-4', 'bytes=2-4']);
  });

  test('notices bytes that are not those that were stored', async () => {
    handle = (request, response) => {
      if (request.headers.range === undefined) return sendObject(request, response);
      response.writeHead(206, { 'content-length': 5, 'content-range': 'bytes 0-4/5', etag: '"1"' });
      return void response.end('jello');
    };
    const found = await store.find('jobs/a');
    if (found === undefined) throw new Error('The object is not there.');
    await expect(store.read(found)).rejects.toMatchObject({ code: 'ArtifactMissing' });
  });
};
