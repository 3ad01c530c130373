import type { ActivityOptions } from '@temporalio/workflow';
import type { ErrorCode } from '../domain/errors.ts';

/** Attempts of an activity at most, deaths and shutdowns of workers included: a chunk that kills workers must end. */
const MAXIMUM_ATTEMPTS = 30;

/** After this many attempts a passing error becomes a matter for somebody: the job goes to needs_attention. */
export const MAXIMUM_FAILED_ATTEMPTS = 5;

interface PolicyRow {
  startToClose: NonNullable<ActivityOptions['startToCloseTimeout']>;
  scheduleToClose: NonNullable<ActivityOptions['scheduleToCloseTimeout']>;
  heartbeat: NonNullable<ActivityOptions['heartbeatTimeout']>;
  initial: '1s' | '2s' | '5s';
  maximum: '15s' | '1m' | '2m' | '5m';
  /** Errors that another attempt on the same queue would meet again: the workflow decides where to go on. */
  elsewhere?: ErrorCode[];
  /** Where no attempt can do harm, and giving up would. */
  attempts?: 'unbounded';
}

/**
 * Time-outs and retries, one row per activity.
 *
 * `startToClose` bounds one attempt; `scheduleToClose` includes waiting for a worker, so it is long where
 * workers scale from zero. Attempts are many, because each preemption of a worker uses one; passing errors
 * are given up earlier, by {@link MAXIMUM_FAILED_ATTEMPTS}. A worker that dies is noticed within `heartbeat`.
 */
export function activityPolicy(row: PolicyRow): ActivityOptions {
  return {
    startToCloseTimeout: row.startToClose,
    scheduleToCloseTimeout: row.scheduleToClose,
    heartbeatTimeout: row.heartbeat,
    // The step owns child processes and files: the workflow waits until they are gone.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: {
      initialInterval: row.initial,
      backoffCoefficient: 2,
      maximumInterval: row.maximum,
      ...(row.elsewhere && { nonRetryableErrorTypes: row.elsewhere }),
      ...(row.attempts === 'unbounded' ? {} : { maximumAttempts: MAXIMUM_ATTEMPTS }),
    },
  };
}
