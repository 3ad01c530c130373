import { createReadStream } from 'node:fs';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { artifactReplaced } from '../../domain/artifact-key.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ByteRange, PresignedUpload } from '../../ports/artifact-store.ts';
import type { Bucket, BucketBody, BucketHead, BucketObject, WriteOptions } from '../bucket/bucket.ts';
import { endingClient } from './ending-client.ts';
import { failedOf, isConflict, isMissing, toS3Error } from './s3-errors.ts';

/** Two of them are in memory at once. */
const PART_BYTES = 16 * 1024 ** 2;
const PARTS_AT_ONCE = 2;
/** The most that S3 takes in one request. */
const MAX_SINGLE_UPLOAD_BYTES = 5 * 1024 ** 3;

/** A bucket of S3, R2 or MinIO. */
export class S3Bucket implements Bucket {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async head(name: string): Promise<BucketHead | undefined> {
    try {
      const answer = await this.#client.send(new HeadObjectCommand(this.#object(name)));
      const { ContentLength = 0, ETag = '', LastModified = new Date(0), Metadata } = answer;
      const sha256 = Metadata?.['sha256'] ?? null;
      return { name, bytes: ContentLength, version: ETag, storedAt: LastModified, sha256 };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw toS3Error(error);
    }
  }

  async *read(
    name: string,
    { version, range }: { version: string; range: ByteRange },
  ): AsyncIterable<Uint8Array> {
    const Range = `bytes=${range.start}-${range.endExclusive - 1}`;
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({ ...this.#object(name), IfMatch: version, Range }),
      );
      yield* Body as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw isMissing(error) || isConflict(error) ? artifactReplaced(name) : toS3Error(error);
    }
  }

  async write(name: string, body: BucketBody, { sha256, condition, signal }: WriteOptions): Promise<boolean> {
    const params: PutObjectCommandInput = {
      ...this.#object(name),
      ...('absent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.version }),
      Metadata: { sha256 },
    };
    try {
      if ('data' in body) {
        const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
        await this.#client.send(new PutObjectCommand({ ...params, Body: body.data, ChecksumSHA256 }));
      } else {
        const Body = createReadStream(body.filePath);
        try {
          await new Upload({
            client: signal === undefined ? this.#client : endingClient(this.#client, signal),
            params: { ...params, Body },
            partSize: PART_BYTES,
            queueSize: PARTS_AT_ONCE,
          }).done();
        } finally {
          // An upload that was refused or ended has read a part of the file only.
          Body.destroy();
        }
      }
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      // A 404 of a write: what was to be replaced is gone, or the bucket is not there, which is told below.
      if (isConflict(error) || (isMissing(error) && !('absent' in condition))) return false;
      throw toS3Error(error);
    }
  }

  async *list(prefix: string, after: string | undefined): AsyncIterable<BucketObject> {
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#bucket, Prefix: prefix, ...(after === undefined ? {} : { StartAfter: after }) },
    );
    try {
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', Size = 0, ETag = '', LastModified = new Date(0) } of Contents)
          yield { name: Key, bytes: Size, version: ETag, storedAt: LastModified };
      }
    } catch (error) {
      throw toS3Error(error);
    }
  }

  async remove(names: readonly string[]): Promise<void> {
    const Objects = names.map((Key) => ({ Key }));
    try {
      const answer = await this.#client.send(
        new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } }),
      );
      const failed = failedOf(answer);
      if (failed !== undefined) throw failed;
    } catch (error) {
      throw toS3Error(error);
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
    const command = new GetObjectCommand({
      ...this.#object(name),
      ResponseContentDisposition: `attachment; filename="${fileName}"`,
      ResponseContentType: contentType,
    });
    try {
      return await getSignedUrl(this.#client, command, { expiresIn: expiresInSeconds });
    } catch (error) {
      throw toS3Error(error);
    }
  }

  /**
   * A PUT whose length and type are signed. Not a POST form, which would take a range of sizes: R2 has none, and
   * a form cannot say that nothing may be replaced.
   */
  async presignWrite(
    name: string,
    {
      bytes,
      contentType,
      expiresInSeconds,
    }: { bytes: number; contentType: string; expiresInSeconds: number },
  ): Promise<PresignedUpload> {
    if (bytes > MAX_SINGLE_UPLOAD_BYTES) {
      throw new ClipScribeError(
        'MediaTooLarge',
        `The storage takes uploads of up to ${MAX_SINGLE_UPLOAD_BYTES} bytes; give the address of a larger file.`,
      );
    }
    const command = new PutObjectCommand({
      ...this.#object(name),
      ContentLength: bytes,
      ContentType: contentType,
      IfNoneMatch: '*',
    });
    try {
      const url = await getSignedUrl(this.#client, command, {
        expiresIn: expiresInSeconds,
        signableHeaders: new Set(['host', 'content-length', 'content-type', 'if-none-match']),
      });
      const headers = { 'content-length': String(bytes), 'content-type': contentType, 'if-none-match': '*' };
      return { url, method: 'PUT', headers };
    } catch (error) {
      throw toS3Error(error);
    }
  }

  #object(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: name };
  }
}
