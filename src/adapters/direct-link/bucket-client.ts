import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Bucket, BucketHead } from '../bucket/bucket.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { rangeWithin } from './store-client.ts';

/** An object of somebody's bucket, asked for by ranges as a file of a web server is. */
export const openBucketClient = (bucket: Bucket, name: string): HttpClient => {
  let object: BucketHead | undefined;
  let fastestAnswerMs = Infinity;
  return {
    get: async (url, { range, signal }): Promise<HttpAnswer> => {
      signal.throwIfAborted();
      const startedAt = performance.now();
      object ??= await bucket.head(name);
      if (object === undefined)
        throw new ClipScribeError('FileNotFound', 'There is no such object in the bucket.');
      if (object.bytes === 0) throw new ClipScribeError('EmptyFile', 'The object in the bucket is empty.');
      fastestAnswerMs = Math.min(fastestAnswerMs, performance.now() - startedAt);
      const wanted = rangeWithin(object.bytes, range);
      return {
        url: new URL(url),
        status: 206,
        start: wanted.start,
        totalBytes: object.bytes,
        validator: object.version,
        contentType: null,
        isMultipart: false,
        fileName: posix.basename(name),
        isLive: false,
        body: Readable.from(bucket.read(name, { version: object.version, range: wanted }), {
          objectMode: false,
        }),
      };
    },
    explain: (error, signal) => (signal.aborted ? signal.reason : error),
    fastestAnswerSeconds: () => fastestAnswerMs / 1_000,
    close: () => Promise.resolve(),
  };
};
