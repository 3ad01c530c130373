import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { artifactReplaced } from '../../domain/artifact-key.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ByteRange } from '../../ports/artifact-store.ts';
import type { Bucket, BucketObject } from './bucket.ts';

const MAX_BREAKS_WITHOUT_PROGRESS = 3;
const FIRST_PAUSE_MS = 200;
/** From one piece of a body to the next. */
const STALL_TIMEOUT_MS = 60_000;

/**
 * The bytes of one version of an object. A connection that breaks is made again where it broke: hours of sound
 * must not be read anew for it, and vendors' clients retry requests, but not bodies that are half read.
 *
 * @throws ClipScribeError those of the bucket; `ArtifactMissing` when the version is gone, or at the end when the
 *   hash is another one
 */
export async function* readOverBreaks(
  bucket: Bucket,
  key: string,
  { name, version }: BucketObject,
  { start, endExclusive }: ByteRange,
  expectedSha256?: string,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let position = start;
  let breaks = 0;
  while (position < endExclusive) {
    const before = position;
    try {
      const body = bucket.read(name, { version, range: { start: position, endExclusive } });
      for await (const chunk of stallingAfter(body, STALL_TIMEOUT_MS)) {
        hash.update(chunk);
        position += chunk.byteLength;
        yield chunk;
      }
      if (position < endExclusive) throw broken('ended too early');
    } catch (error) {
      breaks = position > before ? 1 : breaks + 1;
      const passing = ClipScribeError.is(error) && error.code === 'StorageUnavailable';
      if (!passing || breaks > MAX_BREAKS_WITHOUT_PROGRESS) throw error;
      await delay(FIRST_PAUSE_MS * 2 ** (breaks - 1));
    }
  }
  if (position > endExclusive) throw artifactReplaced(key);
  if (expectedSha256 !== undefined && hash.digest('hex') !== expectedSha256) throw artifactReplaced(key);
}

/** Fails when a body that has not ended gives nothing for so long. */
async function* stallingAfter(body: AsyncIterable<Uint8Array>, timeoutMs: number): AsyncIterable<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const stalled = new AbortController();
      const next = await Promise.race([
        chunks.next(),
        delay(timeoutMs, undefined, { signal: stalled.signal }),
      ]).finally(() => stalled.abort());
      if (next === undefined) throw broken('stalled');
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: the end of a body that stalls may never come.
    void chunks.return?.().catch(() => undefined);
  }
}

const broken = (how: string): ClipScribeError =>
  new ClipScribeError('StorageUnavailable', `A transfer from the storage ${how}.`);
