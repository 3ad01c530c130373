import { ApplicationFailure } from '@temporalio/common';
import { ERRORS, type ClipScribeError } from '../domain/errors.ts';
import { MAXIMUM_FAILED_ATTEMPTS } from './activity-policy.ts';

/**
 * An error as Temporal takes it: its type is the code, and it is retried only where that can help.
 *
 * @param attempt that failed, from 1
 */
export function stepFailure(
  error: ClipScribeError,
  {
    attempt,
    maximumFailedAttempts = MAXIMUM_FAILED_ATTEMPTS,
  }: { attempt: number; maximumFailedAttempts?: number },
): ApplicationFailure {
  const passing = ERRORS[error.code].retry === 'automatic';
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !passing || attempt >= maximumFailedAttempts,
    details: [{ code: error.code }],
    // The server never comes back to a retry whose delay is zero.
    ...(error.retryAfterSeconds ? { nextRetryDelay: error.retryAfterSeconds * 1000 } : {}),
  });
}
