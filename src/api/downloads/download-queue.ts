import {
  ActivityCancelledError,
  ActivityNotFoundError,
  ActivityPausedError,
  ActivityResetError,
  isGrpcCancelledError,
  isGrpcDeadlineError,
  type Client,
} from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { downloadQueue } from '../../contracts/task-queues.ts';
import { withTemporalErrors } from '../jobs/temporal-errors.ts';
import { decodeFirst } from '../jobs/temporal-records.ts';
import { noSuchTask } from './task-token.ts';

/** A step as Temporal hands it out. */
export interface QueuedStep {
  /** Names the attempt. */
  token: Uint8Array;
  activity: string;
  input: unknown;
  /** From 1. */
  attempt: number;
}

/**
 * The download queues in Temporal, one for each user. Calls about a step reject with `NotFound` once Temporal does
 * not wait for it any more, and all with `ServiceUnavailable` while Temporal is away.
 */
export interface DownloadQueue {
  /**
   * Waits for a step for half a minute at most. Where the signal is aborted, a step that was just taken is lost to a
   * time-out.
   */
  next(userId: string, options: { worker: string; signal: AbortSignal }): Promise<QueuedStep | undefined>;
  /** @returns whether the step is to be given up */
  heartbeat(token: Uint8Array, details: unknown): Promise<{ cancelled: boolean }>;
  complete(token: Uint8Array, result: unknown): Promise<void>;
  fail(token: Uint8Array, failure: ApplicationFailure): Promise<void>;
  confirmCancelled(token: Uint8Array): Promise<void>;
}

/** Proxies on the way cut requests that take a minute. */
const WAIT_MS = 30_000;
const CALL_TIMEOUT_MS = 5000;

export function createDownloadQueue(client: Client): DownloadQueue {
  const { namespace } = client.options;
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    withTemporalErrors(async () => {
      try {
        return await client.withDeadline(Date.now() + CALL_TIMEOUT_MS, work);
      } catch (error) {
        throw isOver(error) ? noSuchTask(error) : error;
      }
    });
  const poll = async (userId: string, worker: string): Promise<QueuedStep | undefined> => {
    const step = await client.workflowService.pollActivityTaskQueue({
      namespace,
      taskQueue: { name: downloadQueue(userId) },
      identity: worker,
    });
    // An empty answer: nothing came in that time.
    if (!step.taskToken || step.taskToken.length === 0) return undefined;
    return {
      token: step.taskToken,
      activity: step.activityType?.name ?? '',
      input: decodeFirst(step.input),
      attempt: step.attempt ?? 1,
    };
  };
  return {
    next: (userId, { worker, signal }) =>
      withTemporalErrors(() =>
        client
          .withAbortSignal(signal, () =>
            client.withDeadline(Date.now() + WAIT_MS, () => poll(userId, worker)),
          )
          .catch((error: unknown) => {
            if (isGrpcDeadlineError(error) || isGrpcCancelledError(error)) return undefined;
            throw error;
          }),
      ),
    heartbeat: async (token, details) => {
      try {
        await call(() => client.activity.heartbeat(token, details));
        return { cancelled: false };
      } catch (error) {
        if (error instanceof ActivityCancelledError) return { cancelled: true };
        throw error;
      }
    },
    complete: (token, result) => call(() => client.activity.complete(token, result)),
    fail: (token, failure) => call(() => client.activity.fail(token, failure)),
    confirmCancelled: (token) => call(() => client.activity.reportCancellation(token)),
  };
}

const isOver = (error: unknown): boolean =>
  error instanceof ActivityNotFoundError ||
  error instanceof ActivityPausedError ||
  error instanceof ActivityResetError;
