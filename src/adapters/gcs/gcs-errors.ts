import { ClipScribeError } from '../../domain/errors.ts';

/** What the client throws: answers have a status as `code`, trouble before has a name of the system there. */
interface GcsFailure extends Error {
  code?: number | string;
  errors?: { reason?: string }[];
  response?: { data?: { error?: unknown } };
}

const statusOf = (error: unknown): number | undefined => {
  const code = Number((error as GcsFailure).code);
  return Number.isInteger(code) && code >= 100 && code < 600 ? code : undefined;
};

const reasonOf = (error: unknown): string => (error as GcsFailure).errors?.[0]?.reason ?? '';

const NO_BUCKET = /bucket does not exist|bucket.*not found/i;

/** No such object. */
export const isMissing = (error: unknown): boolean =>
  statusOf(error) === 404 && !NO_BUCKET.test((error as Error).message);

/** A condition of the request did not hold. */
export const isConflict = (error: unknown): boolean => statusOf(error) === 412;

/** Statuses that the same request may not have the next time. */
const PASSING_STATUSES = new Set([408, 409, 425, 429]);
/** Limits of requests come as 403, too. */
const PASSING_REASONS = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'backendError']);
/** A bucket or project that is over a quota takes more when there is room again (R5). */
const OVER_QUOTA = new Set(['quotaExceeded', 'dailyLimitExceeded']);
/** No Application Default Credentials, or they are no good for signing. */
const NOT_SET_UP =
  /default credentials|client_email|private_key|invalid_grant|invalid_client|cannot sign data/i;

/** Maps an error of the client to the errors of the ArtifactStore port; ClipScribeErrors pass. */
export const toGcsError = (error: unknown): unknown => {
  if (ClipScribeError.is(error) || !(error instanceof Error)) return error;
  const status = statusOf(error);
  if (NOT_SET_UP.test(error.message)) {
    const message = 'Google Cloud Storage has no credentials that it can use.';
    return new ClipScribeError('StorageDenied', message, { cause: error });
  }
  if (OVER_QUOTA.has(reasonOf(error))) {
    const message = `Google Cloud Storage takes no more for now (${status} ${reasonOf(error)}).`;
    return new ClipScribeError('StorageUnavailable', message, { cause: error });
  }
  const isPassing =
    status === undefined || PASSING_STATUSES.has(status) || PASSING_REASONS.has(reasonOf(error));
  if (!isPassing && status < 500) {
    const message = `Google Cloud Storage refused the request (${status} ${reasonOf(error)}).`;
    return new ClipScribeError('StorageDenied', message.replace(' )', ')'), { cause: error });
  }
  const what = status ?? (error as GcsFailure).code ?? error.name;
  return new ClipScribeError('StorageUnavailable', `Google Cloud Storage does not answer (${what}).`, {
    cause: error,
  });
};
