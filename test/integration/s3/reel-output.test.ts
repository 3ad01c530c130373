import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createOpenBucket } from '../../../src/adapters/open-bucket.ts';
import { createReelOutput } from '../../../src/adapters/create-reel-output.ts';
import { startS3Emulator } from '../../support/storage-emulators.ts';
import { testFolder } from '../../support/test-folder.ts';

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test-key',
  AWS_SECRET_ACCESS_KEY: 'test-secret',
});

const outputAt = (address: string | undefined) => createReelOutput(createOpenBucket(() => address));
const place = (bucket: string) => ({ kind: 'bucket', store: 's3', bucket, key: 'reels/reel.mp4' }) as const;

/** A storage that answers so; tells what it was asked. */
async function withStorage(
  answer: RequestListener,
  body: (address: string, asked: string[]) => Promise<void>,
) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.method ?? '');
    request.resume();
    request.once('end', () => answer(request, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const refusal = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

test('a place in a bucket that can be written to is found so, and nothing is left there', async () => {
  const emulator = await startS3Emulator();
  try {
    const bucket = new URL(emulator.settings['CLIPSCRIBE_STORAGE_URL'] ?? '').hostname;
    const output = outputAt(emulator.address);
    await output.check(place(bucket));
    expect(await (await fetch(`${emulator.address}/${bucket}`)).text()).not.toContain('<Key>');
    await expect(output.check(place('absent'))).rejects.toMatchObject({ code: 'StorageDenied' });
  } finally {
    await emulator.close();
  }
});

test.each([401, 403])('a bucket that may be read and not written to answers %s at once', async (status) => {
  await withStorage(
    ({ method }, response) => {
      if (method === 'HEAD') response.writeHead(404).end();
      else response.writeHead(status, { 'content-type': 'application/xml' }).end(refusal);
    },
    async (address, asked) => {
      const check = outputAt(address).check(place('reels'));
      await expect(check).rejects.toMatchObject({ code: 'StorageDenied' });
      expect(asked).toEqual(['HEAD', 'PUT']);
    },
  );
});

test('a bucket where nothing may be removed is good enough', async () => {
  await withStorage(
    ({ method }, response) => {
      if (method === 'HEAD') response.writeHead(404).end();
      else if (method === 'PUT') response.writeHead(200, { etag: '"1"' }).end();
      else response.writeHead(403, { 'content-type': 'application/xml' }).end(refusal);
    },
    async (address, asked) => {
      await outputAt(address).check(place('reels'));
      expect(asked).toEqual(['HEAD', 'PUT', 'POST']);
    },
  );
});

test('a folder that is not there is told before anything is put into it, and one that is stays empty', async () => {
  const output = outputAt(undefined);
  const folder = testFolder();
  await output.check({ kind: 'file', path: join(folder, 'reel.mp4') });
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(join(folder, 'reel.mp4'), 'before');
  await output.check({ kind: 'file', path: join(folder, 'reel.mp4') });
  expect(readdirSync(folder)).toEqual(['reel.mp4']);
  const absent = output.check({ kind: 'file', path: join(folder, 'absent', 'reel.mp4') });
  await expect(absent).rejects.toMatchObject({ code: 'FileNotFound' });
});
