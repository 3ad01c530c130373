import type { DeleteObjectsCommandOutput } from '@aws-sdk/client-s3';
import { ClipScribeError } from '../../domain/errors.ts';

/** What the AWS SDK throws, as far as it is of use: an answer of the server has a status, trouble before has none. */
interface S3Failure extends Error {
  $metadata?: { httpStatusCode?: number };
}

const statusOf = (error: unknown): number | undefined => (error as S3Failure).$metadata?.httpStatusCode;
const nameOf = (error: unknown): string => (error as Error).name;

/** No such object. Whether the bucket is there a HEAD does not say. */
export const isMissing = (error: unknown): boolean =>
  statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket';

/** A condition of the request did not hold, or somebody wrote the same object at the same time. */
export const isConflict = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === 412 || status === 409;
};

/** Statuses that the same request may not have the next time. */
const PASSING_STATUSES = new Set([408, 425, 429]);
/** A storage that is over a quota takes more when there is room again (R5). */
const OVER_QUOTA = /QuotaExceeded/;
/** The SDK found no region or no credentials, or could not get them. */
const NOT_SET_UP = /^CredentialsProviderError$|^TokenProviderError$|Region is missing/;

/** Maps an error of the SDK to the errors of the ArtifactStore port; ClipScribeErrors pass. */
export const toS3Error = (error: unknown): unknown => {
  if (ClipScribeError.is(error) || !(error instanceof Error)) return error;
  const status = statusOf(error);
  if (NOT_SET_UP.test(error.name) || NOT_SET_UP.test(error.message)) {
    const message = 'The S3 storage has no credentials or no region.';
    return new ClipScribeError('StorageDenied', message, { cause: error });
  }
  if (status === 507 || error.name === 'XMinioStorageFull')
    return new ClipScribeError('DiskFull', 'The S3 storage is full.', { cause: error });
  if (OVER_QUOTA.test(error.name)) {
    const message = `The S3 storage takes no more for now (${status} ${error.name}).`;
    return new ClipScribeError('StorageUnavailable', message, { cause: error });
  }
  // A body that breaks carries the status of its healthy head.
  const isRefusal = status !== undefined && status >= 300 && status < 500 && !PASSING_STATUSES.has(status);
  if (isRefusal && error.name !== 'RequestTimeout' && error.name !== 'SlowDown') {
    const message = `The S3 storage refused the request (${status} ${error.name}).`;
    return new ClipScribeError('StorageDenied', message, { cause: error });
  }
  const what = status === undefined || status < 300 ? error.name : `${status} ${error.name}`;
  return new ClipScribeError('StorageUnavailable', `The S3 storage does not answer (${what}).`, {
    cause: error,
  });
};

/** Deleting answers 200 also where single objects could not be deleted. */
export const failedOf = ({ Errors = [] }: DeleteObjectsCommandOutput): ClipScribeError | undefined => {
  const [failed] = Errors;
  if (failed === undefined) return undefined;
  const message = `The S3 storage did not delete an object (${failed.Code}).`;
  return new ClipScribeError(
    failed.Code === 'AccessDenied' ? 'StorageDenied' : 'StorageUnavailable',
    message,
  );
};
