import type { Readable } from 'node:stream';
import type { ArtifactRef } from '../domain/artifact.ts';

/** Bytes from `start` to `endExclusive`, as in an HTTP range. */
export interface ByteRange {
  start: number;
  endExclusive: number;
}

/**
 * Where results and intermediate work live: a local folder, or a bucket. Keys are relative, `/`-separated,
 * made by us only (never from titles).
 *
 * Writes are atomic: a reader sees the whole object or none, and two attempts that write one key leave one
 * whole object. All calls reject with ClipScribeError `StorageDenied`, `StorageUnavailable`, `DiskFull` or
 * `ArtifactMissing`.
 */
export interface ArtifactStore {
  /** Stores bytes, or a local file, under a key; replaces what was there. Idempotent. */
  put(key: string, body: Uint8Array | string | { filePath: string }): Promise<ArtifactRef>;
  /** The reference of a key, or undefined when nothing is stored there. */
  find(key: string): Promise<ArtifactRef | undefined>;
  /** All bytes; checks the hash of the reference. For objects that fit in memory. */
  read(reference: ArtifactRef): Promise<Uint8Array>;
  /** A stream over all bytes, or a range of them. */
  openStream(reference: ArtifactRef, range?: ByteRange): Promise<Readable>;
  /** Keys below a prefix, in order. */
  list(prefix: string): AsyncIterable<string>;
  /** Removes everything below a prefix; nothing there is no error. */
  removeAll(prefix: string): Promise<void>;
}
