import type { Readable } from 'node:stream';
import type { ArtifactRef } from '../domain/artifact.ts';

/**
 * What is stored: bytes, text, or a file that was made to be stored. That file is the store's from then on, which
 * moves it where it can; who made it neither reads nor changes it afterwards, and removes it if it is still there.
 */
export type StorableBody = Uint8Array | string | { scratchFile: string };

/** Bytes from `start` to `endExclusive`; both within the object. */
export interface ByteRange {
  start: number;
  endExclusive: number;
}

/** What a store knows of an object without reading it, whoever wrote it. */
export interface StoredObject {
  key: string;
  bytes: number;
  /** Another one when the bytes are others. */
  version: string;
  storedAt: Date;
}

/** What a key holds now: for documents that are changed in place. */
export interface CurrentObject {
  content: Uint8Array;
  /** As in {@link StoredObject}. */
  version: string;
}

/** A request with which somebody else brings one object, once, without a credential of the store. */
export interface PresignedUpload {
  url: string;
  method: 'PUT';
  /** To be sent as they are: they are part of the signature. */
  headers: Record<string, string>;
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
  /**
   * Stores a body under a key; replaces what was there. Idempotent.
   *
   * @param options.signal ends a transfer to a bucket: the key then holds what it held, and the call fails with the
   *   reason
   */
  put(key: string, body: StorableBody, options?: { signal?: AbortSignal }): Promise<ArtifactRef>;
  /**
   * Stores bytes where the key still holds this version, or still nothing (null): of several writers that began
   * with the same version one succeeds. Repeated with the same bytes it succeeds again.
   *
   * @returns false when the key holds something else by now
   */
  putUnchanged(key: string, content: string, version: string | null): Promise<boolean>;
  /** The bytes that a key holds at this moment, or undefined when nothing is stored there. */
  readCurrent(key: string): Promise<CurrentObject | undefined>;
  /**
   * The reference of a key, or undefined when nothing is stored there. Does not read an object that `put` stored;
   * one that came by an upload it has to hash.
   */
  find(key: string): Promise<ArtifactRef | undefined>;
  /** All bytes. For objects that fit in memory. `ArtifactMissing` when they are not those of the reference. */
  read(reference: ArtifactRef): Promise<Uint8Array>;
  /**
   * A stream over all bytes, or a range of them. A stream over all bytes fails at its end with `ArtifactMissing`
   * when they were not those of the reference; of a range, only the size of the whole is checked.
   */
  openStream(reference: ArtifactRef, range?: ByteRange): Promise<Readable>;
  /** What is known of a key without reading or hashing it, or undefined when nothing is stored there. */
  inspect(key: string): Promise<StoredObject | undefined>;
  /** A range of exactly this version of an object; `ArtifactMissing` when it was replaced or removed. */
  openVersion(object: StoredObject, range: ByteRange): Promise<Readable>;
  /** Objects below a prefix, in order of their keys; those behind a key only, where one is given. */
  list(prefix: string, options?: { after?: string | undefined }): AsyncIterable<StoredObject>;
  /** Removes objects; one that is not there is no error. */
  remove(keys: readonly string[]): Promise<void>;
  /** Removes the object of a key and everything below it; nothing there is no error. */
  removeAll(prefix: string): Promise<void>;
  /**
   * An address from which anybody can read the object for some time, named and typed as told; undefined where
   * the store has none, and the bytes have to be sent by us.
   */
  presignDownload(
    reference: ArtifactRef,
    options: { fileName: string; contentType: string; expiresInSeconds: number },
  ): Promise<string | undefined>;
  /**
   * A request that stores exactly `bytes` bytes of a type under a key, for some time and only while nothing is
   * there; undefined where the store takes none, and the bytes have to be received by us.
   *
   * @throws ClipScribeError `MediaTooLarge` where the store takes no object of this size in one request
   */
  presignUpload(
    key: string,
    options: { bytes: number; contentType: string; expiresInSeconds: number },
  ): Promise<PresignedUpload | undefined>;
}

/** A store whose uploads come through us. */
export interface UploadReceiver {
  /**
   * Stores what arrives, once it has arrived whole.
   *
   * @throws ClipScribeError `InvalidInput` when it is not as long as announced, and those of `put`
   */
  receive(key: string, body: AsyncIterable<Uint8Array>, bytes: number): Promise<void>;
}
