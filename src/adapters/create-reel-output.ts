import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { saysDiskFull } from '../domain/disk-full.ts';
import { ClipScribeError } from '../domain/errors.ts';
import type { ReelOutput } from '../ports/reel-output.ts';
import type { Bucket } from './bucket/bucket.ts';
import { measureBody } from './bucket/measure-body.ts';
import type { OpenBucket } from './open-bucket.ts';

/** Attempts to replace an object that somebody else replaces at the same time. */
const ATTEMPTS = 3;
/** What a trial write leaves for a moment. */
const TRACE = 'ClipScribe was here.';

/** Copies of reels in files of this machine and in buckets. */
export const createReelOutput = (openBucket: OpenBucket): ReelOutput => ({
  check: async (place) => {
    if (place.kind === 'file') return checkFile(place.path);
    const bucket = await openBucket(place);
    await bucket.head(place.key);
    await checkBucket(bucket, `${place.key}.${randomUUID()}.part`);
  },
  put: async (place, { filePath, sha256, bytes }, { signal }) => {
    if (place.kind === 'file') return putFile(filePath, place.path, signal);
    const bucket = await openBucket(place);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const before = await bucket.head(place.key);
      if (before?.sha256 === sha256) return;
      const condition = before === undefined ? { absent: true as const } : { version: before.version };
      if (await bucket.write(place.key, { filePath }, { sha256, bytes, condition, signal })) return;
    }
    throw new ClipScribeError('StorageUnavailable', 'Somebody else writes to the same object of the bucket.');
  },
});

async function checkBucket(bucket: Bucket, name: string): Promise<void> {
  const body = { data: Buffer.from(TRACE) };
  await bucket.write(name, body, { ...(await measureBody(body)), condition: { absent: true } });
  try {
    await bucket.remove([name]);
  } catch (error) {
    // Who may write there need not be allowed to remove, and a reel removes nothing.
    if (!ClipScribeError.is(error) || error.code !== 'StorageDenied') throw error;
  }
}

const checkFile = (path: string): Promise<void> =>
  withTemporary(path, (temporary) => writeFile(temporary, TRACE));

async function putFile(filePath: string, path: string, signal: AbortSignal): Promise<void> {
  await withTemporary(path, async (temporary) => {
    // Not by copyFile, which nothing ends: the folder may be another machine's.
    await pipeline(createReadStream(filePath), createWriteStream(temporary), { signal });
    await rename(temporary, path);
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}

/** Works with a file beside the one that is meant, which is gone afterwards. */
async function withTemporary(path: string, work: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await work(temporary);
  } catch (cause) {
    if (saysDiskFull(cause))
      throw new ClipScribeError('DiskFull', 'The reel does not fit where it is to go.', { cause });
    throw new ClipScribeError('FileNotFound', 'The folder that the reel is to go to cannot be written to.', {
      cause,
    });
  } finally {
    await rm(temporary, { force: true });
  }
}
