import type { BucketLocator } from '../domain/reel-clip.ts';
import type { Bucket } from './bucket/bucket.ts';

/** Opens a bucket with the installation's credentials. Asks nobody yet. */
export type OpenBucket = (location: Pick<BucketLocator, 'store' | 'bucket'>) => Promise<Bucket>;

/**
 * Opens buckets that clips come from and reels go to. The vendors' clients are loaded only where they are used.
 *
 * @param endpointOf of a server that is not the vendor's own; undefined: the vendor's
 */
export const createOpenBucket =
  (endpointOf: (kind: BucketLocator['store']) => string | undefined): OpenBucket =>
  async ({ store, bucket }) => {
    const endpoint = endpointOf(store);
    if (store === 'gs') {
      const { openGcsBucket } = await import('./gcs/create-gcs-store.ts');
      return openGcsBucket({ bucket, endpoint });
    }
    const { openS3Bucket } = await import('./s3/create-s3-store.ts');
    return openS3Bucket({ bucket, endpoint });
  };
