import type { BucketLocator } from './reel-clip.ts';

/** Bucket and key; a key may hold anything but control characters. */
const BUCKET_ADDRESS = /^(gs|s3):\/\/([a-z0-9][a-z0-9._-]{1,61}[a-z0-9])\/([^\p{Cc}]{1,1000})$/u;

/** The object that an address `gs://BUCKET/KEY` or `s3://BUCKET/KEY` names; undefined for another address. */
export function bucketLocator(address: string): BucketLocator | undefined {
  const [, store, bucket = '', key = ''] = BUCKET_ADDRESS.exec(address) ?? [];
  return store === undefined
    ? undefined
    : { kind: 'bucket', store: store === 'gs' ? 'gs' : 's3', bucket, key };
}

/**
 * Whether users may name an object. The installation reaches buckets with its own credentials, so only what its
 * administrator has named is open to users, and with `{user}` in a location to each user their own part only.
 *
 * @param locations such as `gs://clips/{user}/`
 */
export function isOpenTo(userId: string, object: BucketLocator, locations: readonly string[]): boolean {
  const address = `${object.store}://${object.bucket}/${object.key}`;
  if (object.key.split('/').some((part) => part === '..' || part === '.')) return false;
  return locations.some((location) => {
    const own = location.replaceAll('{user}', userId);
    return address.startsWith(own.endsWith('/') ? own : `${own}/`);
  });
}
