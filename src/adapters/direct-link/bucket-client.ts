import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Bucket } from '../bucket/bucket.ts';
import type { HttpClient } from './http-client.ts';
import { openObjectClient } from './object-client.ts';

/** An object of somebody's bucket. */
export const openBucketClient = (bucket: Bucket, name: string): HttpClient =>
  openObjectClient(posix.basename(name), async () => {
    const object = await bucket.head(name);
    if (object === undefined)
      throw new ClipScribeError('FileNotFound', 'There is no such object in the bucket.');
    if (object.bytes === 0) throw new ClipScribeError('EmptyFile', 'The object in the bucket is empty.');
    const { bytes, version } = object;
    const read = (range: Parameters<Bucket['read']>[1]['range']): Promise<Readable> =>
      Promise.resolve(Readable.from(bucket.read(name, { version, range }), { objectMode: false }));
    return { bytes, version, read };
  });
