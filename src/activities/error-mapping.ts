import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { Context } from '@temporalio/activity';
import { MAXIMUM_FAILED_ATTEMPTS } from '../contracts/activity-policy.ts';
import { stepFailure } from '../contracts/step-failure.ts';
import { saysDiskFull } from '../domain/disk-full.ts';
import { ClipScribeError, ERRORS } from '../domain/errors.ts';

/** Results are references, never data: this much is enough for any of them. */
const MAXIMUM_RESULT_BYTES = 64 * 1024;

/**
 * The one place where errors become Temporal failures: type = error code, retried only where that can help,
 * and results too large for the history are refused where they are made.
 */
export class ErrorMapping implements ActivityInboundCallsInterceptor {
  readonly #maximumFailedAttempts: number;

  /** @param maximumFailedAttempts after so many, a passing error is no longer retried */
  constructor(maximumFailedAttempts = MAXIMUM_FAILED_ATTEMPTS) {
    this.#maximumFailedAttempts = maximumFailedAttempts;
  }

  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    try {
      const result: unknown = await next(input);
      const bytes = Buffer.byteLength(JSON.stringify(result ?? null));
      if (bytes > MAXIMUM_RESULT_BYTES) {
        throw new ClipScribeError(
          'PayloadTooLarge',
          `The step returned ${bytes} bytes; the limit is ${MAXIMUM_RESULT_BYTES}.`,
        );
      }
      return result;
    } catch (error) {
      throw toFailure(error, { maximumFailedAttempts: this.#maximumFailedAttempts });
    }
  }
}

/** Maps an error of the inner layers; cancellation and failures that are mapped already pass through. */
export function toFailure(
  error: unknown,
  {
    attempt = Context.current().info.attempt,
    maximumFailedAttempts = MAXIMUM_FAILED_ATTEMPTS,
  }: { attempt?: number; maximumFailedAttempts?: number } = {},
): unknown {
  const { cancellationSignal } = Context.current();
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  // An aborted tool reports its death as an error of its own; what happened is the cancellation.
  if (cancellationSignal.aborted) return cancellationSignal.reason;
  const known = saysDiskFull(error)
    ? new ClipScribeError('DiskFull', 'The work does not fit on the disk.', { cause: error })
    : error;
  if (!ClipScribeError.is(known)) {
    return ApplicationFailure.create({
      type: 'InternalError',
      message: ERRORS.InternalError.title,
      nonRetryable: attempt >= maximumFailedAttempts,
      cause: error instanceof Error ? error : new Error(String(error)),
    });
  }
  return stepFailure(known, { attempt, maximumFailedAttempts });
}
