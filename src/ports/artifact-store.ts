import type { Readable } from 'node:stream';
import type { ArtifactRef } from '../domain/artifact.ts';

/** Bytes from `start` to `endExclusive`; both within the object. */
export interface ByteRange {
  start: number;
  endExclusive: number;
}

/**
 * Where results and intermediate work live: a local folder, or a bucket.
 *
 * Keys are relative and made by us only, never from titles: parts of letters, digits and `. _ = @ + -`, none
 * starting with a dot, joined by `/`. A prefix is such a key, too, and means what lies below it: `jobs/a` has
 * `jobs/a/core.json` and not `jobs/ab`. No object lies below another object's key. Two keys differ in more than
 * upper and lower case.
 *
 * Writes are atomic: a reader sees the whole object or none, and two attempts that write one key leave one
 * whole object. All calls reject with ClipScribeError `StorageDenied`, `StorageUnavailable`, `DiskFull`,
 * `ArtifactMissing`, or `InternalError` for a key or range that is none.
 */
export interface ArtifactStore {
  /** Stores bytes, or a local file, under a key; replaces what was there. Idempotent. */
  put(key: string, body: Uint8Array | string | { filePath: string }): Promise<ArtifactRef>;
  /** The reference of a key, or undefined when nothing is stored there. Does not read the object. */
  find(key: string): Promise<ArtifactRef | undefined>;
  /** All bytes. For objects that fit in memory. `ArtifactMissing` when they are not those of the reference. */
  read(reference: ArtifactRef): Promise<Uint8Array>;
  /**
   * A stream over all bytes, or a range of them. A stream over all bytes fails at its end with `ArtifactMissing`
   * when they were not those of the reference; of a range, only the size of the whole is checked.
   */
  openStream(reference: ArtifactRef, range?: ByteRange): Promise<Readable>;
  /** Keys below a prefix, in order. */
  list(prefix: string): AsyncIterable<string>;
  /** Removes the object of a key and everything below it; nothing there is no error. */
  removeAll(prefix: string): Promise<void>;
}
