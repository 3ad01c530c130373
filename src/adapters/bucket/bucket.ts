import type { ByteRange, PresignedUpload } from '../../ports/artifact-store.ts';

/** What a bucket tells of an object. */
export interface BucketObject {
  name: string;
  bytes: number;
  /** ETag or generation. */
  version: string;
  storedAt: Date;
}

/** What lies under one name, with the hash that we wrote beside it; null where somebody else wrote the object. */
export interface BucketHead extends BucketObject {
  sha256: string | null;
}

export type BucketBody = { data: Uint8Array } | { filePath: string };

/** Under which circumstances a write is done: nothing there yet, or this version. */
export type WriteCondition = { absent: true } | { version: string };

export interface WriteOptions {
  sha256: string;
  bytes: number;
  condition: WriteCondition;
  /** Ends the transfer of a file: what has come of it is removed, and the write fails with the reason. */
  signal?: AbortSignal | undefined;
}

/**
 * A bucket of one vendor, with names of objects as the vendor takes them. Every call maps the vendor's errors to
 * ClipScribeError `StorageDenied`, `StorageUnavailable`, `DiskFull`; passing trouble has then been retried by the
 * vendor's client a few times.
 */
export interface Bucket {
  head(name: string): Promise<BucketHead | undefined>;
  /** The bytes of a range of one version, as they come; `ArtifactMissing` when that version is no longer there. */
  read(name: string, options: { version: string; range: ByteRange }): AsyncIterable<Uint8Array>;
  /** @returns false when the condition does not hold */
  write(name: string, body: BucketBody, options: WriteOptions): Promise<boolean>;
  /** In order of the names. `after`: only names behind it. */
  list(prefix: string, after: string | undefined): AsyncIterable<BucketObject>;
  /** Removes objects; one that is not there is no error. */
  remove(names: readonly string[]): Promise<void>;
  presignRead(
    name: string,
    options: { fileName: string; contentType: string; expiresInSeconds: number },
  ): Promise<string>;
  presignWrite(
    name: string,
    options: { bytes: number; contentType: string; expiresInSeconds: number },
  ): Promise<PresignedUpload>;
}
