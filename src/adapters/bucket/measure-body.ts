import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ClipScribeError } from '../../domain/errors.ts';
import type { StorableBody } from '../../ports/artifact-store.ts';
import type { BucketBody } from './bucket.ts';

export const toBucketBody = (body: StorableBody): BucketBody => {
  if (typeof body === 'string') return { data: Buffer.from(body) };
  return body instanceof Uint8Array ? { data: body } : { filePath: body.scratchFile };
};

/**
 * Hash and size of what is to be stored. A file is read once for it, before it is read again to be sent: the hash
 * goes into the request that stores it.
 *
 * @throws ClipScribeError `StorageUnavailable` for a file that cannot be read, as the local store does
 */
export const measureBody = async (body: BucketBody): Promise<{ sha256: string; bytes: number }> => {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of 'data' in body ? [body.data] : createReadStream(body.filePath)) {
      hash.update(chunk as Uint8Array);
      bytes += (chunk as Uint8Array).byteLength;
    }
  } catch (cause) {
    throw new ClipScribeError('StorageUnavailable', 'The file to be stored cannot be read.', { cause });
  }
  return { sha256: hash.digest('hex'), bytes };
};
