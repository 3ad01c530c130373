import { Storage } from '@google-cloud/storage';
import { BucketArtifactStore } from '../bucket/bucket-artifact-store.ts';
import { GcsBucket } from './gcs-bucket.ts';

export interface GcsOptions {
  bucket: string;
  /** A key below which everything lies, or the empty string. */
  prefix: string;
  /** Of a server that is not Google's. Credentials travel to it by https only; an emulator needs none. */
  endpoint: string | undefined;
}

/** Of one request that is not an upload. */
const TIMEOUT_MS = 60_000;
/** Within the client, with growing pauses; beyond that the step is tried again. */
const MAX_RETRIES = 3;
const MAX_RETRY_SECONDS = 60;

/**
 * ArtifactStore on Google Cloud Storage. Credentials come from Application Default Credentials: the key file of
 * GOOGLE_APPLICATION_CREDENTIALS, gcloud, or the service account of the machine.
 */
export const createGcsStore = ({ prefix, ...location }: GcsOptions): BucketArtifactStore =>
  new BucketArtifactStore(openGcsBucket(location), prefix);

/** A bucket by itself, with the same credentials. */
export const openGcsBucket = ({ bucket, endpoint }: Omit<GcsOptions, 'prefix'>): GcsBucket => {
  const storage = new Storage({
    ...(endpoint === undefined
      ? {}
      : { apiEndpoint: endpoint, useAuthWithCustomEndpoint: endpoint.startsWith('https:') }),
    timeout: TIMEOUT_MS,
    retryOptions: { maxRetries: MAX_RETRIES, totalTimeout: MAX_RETRY_SECONDS },
  });
  return new GcsBucket(storage.bucket(bucket));
};
