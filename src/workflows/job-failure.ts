import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { ERRORS, isErrorCode, type ErrorCode } from '../domain/errors.ts';
import type { JobError } from '../domain/job.ts';

/** What the user is told of a step that failed for good. */
export function jobErrorOf(error: unknown, stage: string): JobError & { code: ErrorCode } {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) {
    return { code: cause.type, message: cause.message, stage };
  }
  if (cause instanceof TimeoutFailure) {
    return {
      code: 'ToolCrashed',
      message: `The step did not finish in its time (${cause.timeoutType}).`,
      stage,
    };
  }
  return { code: 'InternalError', message: ERRORS.InternalError.title, stage };
}

/** Whether the same input fails again, whatever anybody does. */
export const isFinalError = (error: unknown, stage: string): boolean =>
  ERRORS[jobErrorOf(error, stage).code].retry === 'never';

/** The failure that ends the workflow; its type is the error code. */
export const jobFailure = (error: JobError): ApplicationFailure =>
  ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: true,
    details: [{ code: error.code, stage: error.stage }],
  });
