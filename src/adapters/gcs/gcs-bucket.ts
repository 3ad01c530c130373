import { createReadStream } from 'node:fs';
import { CRC32C, type Bucket as Handle, type File } from '@google-cloud/storage';
import { artifactReplaced } from '../../domain/artifact-key.ts';
import type { ByteRange, PresignedUpload } from '../../ports/artifact-store.ts';
import type { Bucket, BucketBody, BucketHead, BucketObject, WriteOptions } from '../bucket/bucket.ts';
import { isConflict, isMissing, toGcsError } from './gcs-errors.ts';
import { sendToSession } from './resumable-upload.ts';

/** There is no request that deletes several. */
const DELETIONS_AT_ONCE = 16;

/** A bucket of Google Cloud Storage. */
export class GcsBucket implements Bucket {
  readonly #bucket: Handle;

  constructor(bucket: Handle) {
    this.#bucket = bucket;
  }

  async head(name: string): Promise<BucketHead | undefined> {
    try {
      const file = this.#bucket.file(name);
      const [metadata] = await file.getMetadata();
      const sha256 = metadata.metadata?.['sha256'];
      return { ...describe(file), sha256: typeof sha256 === 'string' ? sha256 : null };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw toGcsError(error);
    }
  }

  async *read(
    name: string,
    { version, range }: { version: string; range: ByteRange },
  ): AsyncIterable<Uint8Array> {
    const body = this.#bucket.file(name, { generation: version }).createReadStream({
      start: range.start,
      end: range.endExclusive - 1,
      // Checked by our own sha256.
      validation: false,
      decompress: false,
    });
    try {
      yield* body as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw isMissing(error) || isConflict(error) ? artifactReplaced(name) : toGcsError(error);
    }
  }

  async write(
    name: string,
    body: BucketBody,
    { sha256, bytes, condition, signal }: WriteOptions,
  ): Promise<boolean> {
    const preconditionOpts = { ifGenerationMatch: 'absent' in condition ? 0 : condition.version };
    const file = this.#bucket.file(name);
    try {
      const crc32c = await checksumOf(
        'data' in body ? [body.data] : createReadStream(body.filePath, { signal }),
      );
      // With its checksum given, the server refuses damaged bytes; the client would delete the object instead.
      const options = { preconditionOpts, metadata: { crc32c, metadata: { sha256 } } };
      if ('data' in body) {
        await file.save(Buffer.from(body.data), { ...options, validation: false, resumable: false });
      } else {
        const [session] = await file.createResumableUpload(options);
        await sendToSession(session, { filePath: body.filePath, bytes, signal });
      }
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      if (isConflict(error)) return false;
      throw toGcsError(error);
    }
  }

  async *list(prefix: string, after: string | undefined): AsyncIterable<BucketObject> {
    const files = this.#bucket.getFilesStream({
      prefix,
      ...(after === undefined ? {} : { startOffset: after }),
    });
    try {
      for await (const file of files as AsyncIterable<File>) {
        // The offset itself is listed, too.
        if (file.name !== after) yield describe(file);
      }
    } catch (error) {
      throw toGcsError(error);
    }
  }

  async remove(names: readonly string[]): Promise<void> {
    try {
      for (let first = 0; first < names.length; first += DELETIONS_AT_ONCE) {
        const batch = names.slice(first, first + DELETIONS_AT_ONCE);
        await Promise.all(batch.map((name) => this.#bucket.file(name).delete({ ignoreNotFound: true })));
      }
    } catch (error) {
      throw toGcsError(error);
    }
  }

  async presignRead(
    name: string,
    {
      fileName,
      contentType,
      expiresInSeconds,
    }: { fileName: string; contentType: string; expiresInSeconds: number },
  ): Promise<string> {
    try {
      const [url] = await this.#bucket.file(name).getSignedUrl({
        version: 'v4',
        action: 'read',
        expires: Date.now() + expiresInSeconds * 1_000,
        responseDisposition: `attachment; filename="${fileName}"`,
        responseType: contentType,
      });
      return url;
    } catch (error) {
      throw toGcsError(error);
    }
  }

  /** A PUT whose length, type and generation are signed. */
  async presignWrite(
    name: string,
    {
      bytes,
      contentType,
      expiresInSeconds,
    }: { bytes: number; contentType: string; expiresInSeconds: number },
  ): Promise<PresignedUpload> {
    const extensionHeaders = {
      'x-goog-content-length-range': `${bytes},${bytes}`,
      'x-goog-if-generation-match': '0',
    };
    try {
      const [url] = await this.#bucket.file(name).getSignedUrl({
        version: 'v4',
        action: 'write',
        expires: Date.now() + expiresInSeconds * 1_000,
        contentType,
        extensionHeaders,
      });
      return { url, method: 'PUT', headers: { 'content-type': contentType, ...extensionHeaders } };
    } catch (error) {
      throw toGcsError(error);
    }
  }
}

const describe = ({ name, metadata }: File): BucketObject => ({
  name,
  bytes: Number(metadata.size),
  version: String(metadata.generation),
  storedAt: new Date(metadata.timeCreated ?? 0),
});

const checksumOf = async (
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array | string>,
): Promise<string> => {
  const checksum = new CRC32C();
  for await (const chunk of chunks as AsyncIterable<Uint8Array>)
    checksum.update(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  return checksum.toString();
};
