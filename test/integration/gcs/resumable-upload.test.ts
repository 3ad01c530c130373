import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendToSession } from '../../../src/adapters/gcs/resumable-upload.ts';
import { testFolder } from '../../support/test-folder.ts';

/** A session as Google documents them: 308 and the range that is stored, until all of it is. */
const content = randomBytes(1_000_000);
const KEPT_BYTES = 262_144;
const filePath = join(testFolder(), 'reel.mp4');
writeFileSync(filePath, content);

let asked: string[];
let handle: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.headers['content-range'] ?? ''}`.trim());
  void handle(request, response).catch(() => undefined);
});

beforeEach(async () => {
  asked = [];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const send = () =>
  sendToSession(`http://127.0.0.1:${(server.address() as AddressInfo).port}/session`, {
    filePath,
    bytes: content.length,
  });

test('goes on where the connection broke', async () => {
  let rest: Buffer | undefined;
  handle = async (request, response) => {
    const [, start] = /^bytes (\d+)-/.exec(request.headers['content-range'] ?? '') ?? [];
    if (start === '0') {
      await once(request, 'data');
      return request.socket.destroy();
    }
    if (start === undefined) return response.writeHead(308, { range: `bytes=0-${KEPT_BYTES - 1}` }).end();
    rest = await buffer(request);
    return response.writeHead(200).end('{}');
  };
  await send();
  expect(rest?.equals(content.subarray(KEPT_BYTES))).toBe(true);
  expect(asked).toEqual([
    'PUT bytes 0-999999/1000000',
    'PUT bytes */1000000',
    `PUT bytes ${KEPT_BYTES}-999999/1000000`,
  ]);
});

test('finds the object there where only the answer was lost', async () => {
  handle = async (request, response) => {
    const isQuestion = request.headers['content-range'] === 'bytes */1000000';
    await buffer(request);
    return isQuestion ? response.writeHead(200).end('{}') : request.socket.destroy();
  };
  await send();
  expect(asked).toEqual(['PUT bytes 0-999999/1000000', 'PUT bytes */1000000']);
});

test('a refusal is told at once, with its status and reason, and the session is removed', async () => {
  handle = async (request, response) => {
    await buffer(request);
    const error = { message: 'No.', errors: [{ reason: 'forbidden' }] };
    return response.writeHead(request.method === 'DELETE' ? 499 : 403).end(JSON.stringify({ error }));
  };
  await expect(send()).rejects.toMatchObject({
    code: 403,
    message: 'No.',
    errors: [{ reason: 'forbidden' }],
  });
  expect(asked).toEqual(['PUT bytes 0-999999/1000000', 'DELETE']);
});

test('a session that takes nothing is given up', async () => {
  handle = async (request, response) => {
    await buffer(request);
    return response.writeHead(503).end();
  };
  await expect(send()).rejects.toMatchObject({ code: 503 });
  expect(asked.filter((each) => each.includes('0-999999'))).toHaveLength(4);
});
