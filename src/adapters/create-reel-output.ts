import { randomUUID } from 'node:crypto';
import { copyFile, rename, rm } from 'node:fs/promises';
import { ClipScribeError } from '../domain/errors.ts';
import type { ReelOutput } from '../ports/reel-output.ts';
import type { OpenBucket } from './open-bucket.ts';

/** Attempts to replace an object that somebody else replaces at the same time. */
const ATTEMPTS = 3;

/** Copies of reels in files of this machine and in buckets. */
export const createReelOutput = (openBucket: OpenBucket): ReelOutput => ({
  put: async (place, { filePath, sha256, bytes }) => {
    if (place.kind === 'file') return putFile(filePath, place.path);
    const bucket = await openBucket(place);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const before = await bucket.head(place.key);
      if (before?.sha256 === sha256) return;
      const condition = before === undefined ? { absent: true as const } : { version: before.version };
      if (await bucket.write(place.key, { filePath }, { sha256, bytes, condition })) return;
    }
    throw new ClipScribeError('StorageUnavailable', 'Somebody else writes to the same object of the bucket.');
  },
});

async function putFile(filePath: string, path: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await copyFile(filePath, temporary);
    await rename(temporary, path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (['ENOSPC', 'EDQUOT'].includes(code))
      throw new ClipScribeError('DiskFull', 'The reel does not fit where it is to go.', { cause });
    throw new ClipScribeError('FileNotFound', 'The folder that the reel is to go to cannot be written to.', {
      cause,
    });
  } finally {
    await rm(temporary, { force: true });
  }
}
