import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectApi } from '../../../src/cli/api/api-client.ts';
import { followJob } from '../../../src/cli/api/follow-job.ts';

type Answer = (response: ServerResponse) => void;

const event = (id: string, status: string): string =>
  `id: ${id}\nevent: status\ndata: ${JSON.stringify({ status })}\n\n`;
/** Tells one status, and breaks. */
const telling =
  (id: string, status: string): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(event(id, status), () => response.destroy());
  };
/** Tells one status and ends, as an API does that is stopped. */
const stopping =
  (id: string, status: string): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(event(id, status));
  };
const away: Answer = (response) => response.destroy();

describe('followJob', () => {
  let answers: Answer[];
  let asked: (string | undefined)[];
  let server: Server;

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.headers['last-event-id'] as string | undefined);
      answers.shift()?.(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => server.close());

  const follow = async () => {
    const { port } = server.address() as AddressInfo;
    const api = connectApi(`http://127.0.0.1:${port}`, { token: undefined }, { readsLocalFiles: false });
    const breaks: boolean[] = [];
    const told: string[] = [];
    const { signal } = new AbortController();
    const onReconnect = (isNew: boolean) => void breaks.push(isNew);
    for await (const { status } of followJob('job_1', { currentApi: async () => api, signal, onReconnect }))
      told.push(status);
    return { told, breaks };
  };

  it('goes on behind the last event, and tells which breaks are new', async () => {
    answers = [telling('1', 'running'), away, telling('2', 'running'), telling('3', 'completed')];
    const { told, breaks } = await follow();
    expect(told).toEqual(['running', 'running', 'completed']);
    expect(asked).toEqual([undefined, '1', '1', '2']);
    expect(breaks).toEqual([true, false, true]);
  });

  it('tells of an API that is away after it has ended in order', async () => {
    answers = [stopping('1', 'running'), away, telling('2', 'completed')];
    expect((await follow()).breaks).toEqual([true]);
  });
});
