import { S3Client } from '@aws-sdk/client-s3';
import { BucketArtifactStore } from '../bucket/bucket-artifact-store.ts';
import { S3Bucket } from './s3-bucket.ts';

export interface S3Options {
  bucket: string;
  /** A key below which everything lies, or the empty string. */
  prefix: string;
  /** Of a server that is not Amazon's (Cloudflare R2, MinIO); buckets are then named in the path. */
  endpoint: string | undefined;
}

const CONNECTION_TIMEOUT_MS = 5_000;
/** Without a byte in either direction. */
const IDLE_TIMEOUT_MS = 60_000;
/** Of one request, with growing pauses, within the client; beyond that the step is tried again. */
const MAX_ATTEMPTS = 4;

/**
 * ArtifactStore on Amazon S3 and what speaks its protocol. Region and credentials come from the standard chain of
 * the AWS SDK: environment, shared files, web identity, container, instance.
 */
export const createS3Store = ({ prefix, ...location }: S3Options): BucketArtifactStore =>
  new BucketArtifactStore(openS3Bucket(location), prefix);

/** A bucket by itself, with the same credentials. */
export const openS3Bucket = ({ bucket, endpoint }: Omit<S3Options, 'prefix'>): S3Bucket => {
  const client = new S3Client({
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, socketTimeout: IDLE_TIMEOUT_MS },
    // Ours are the sha256 of the object; the checksums of newer AWS clients other servers do not all know, and
    // in a presigned request they would have to be known before the upload.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return new S3Bucket(client, bucket);
};
