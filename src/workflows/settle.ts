import { CancellationScope, patched } from '@temporalio/workflow';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import { callActivity } from './activity-calls.ts';
import type { JobInput } from '../contracts/job-input.ts';
import type { JobControl } from './job-control.ts';

/** What settling needs of a job of any kind. */
export interface SettledJob extends Pick<
  JobControl<string, object>,
  'state' | 'error' | 'priority' | 'costs' | 'measured' | 'settings'
> {
  readonly input: Pick<JobInput, 'jobId' | 'account'>;
  readonly title: string | null;
  /** Of the video that counts towards the month's use; null where none does. */
  readonly durationSeconds: number | null;
}

/**
 * Tells the service how the job ended, whatever way it did. The job stays open in Temporal until the service
 * knows; users see its end before. Where even days did not suffice, the service finds out by itself.
 */
async function settle(job: SettledJob): Promise<void> {
  const { account, jobId } = job.input;
  const { state } = job;
  if (!account || (state !== 'completed' && state !== 'failed' && state !== 'cancelled')) return;
  const { title, durationSeconds, error, settings } = job;
  const run = state === 'completed' ? job.measured(durationSeconds) : null;
  await job.costs.tellRest();
  await CancellationScope.nonCancellable(() =>
    callActivity(
      'settleJob',
      { jobId, operationId: account.operationId, state, title, durationSeconds, error, settings, run },
      { taskQueue: TASK_QUEUES.service, summary: `settle: ${state}`, priority: job.priority },
    ).catch(() => undefined),
  );
}

/** Whether the history of the job begins with this code, or has come to its end with it. */
export const settlesBeside = (): boolean => patched('settled-beside-clean-up');

/**
 * Settles an ended job while it is cleaned up behind: until it is settled it holds a turn of its account and its quota,
 * and cleaning up may wait for long until a host is there. Histories of before clean up first.
 */
export async function settleBeside(job: SettledJob, cleanUp: () => Promise<void>): Promise<void> {
  if (settlesBeside()) {
    await Promise.all([settle(job), cleanUp()]);
    return;
  }
  await cleanUp();
  await settle(job);
}

/**
 * Makes a job open again that has told its end, because there is more to do.
 *
 * @returns false where the service has started it again in the meantime: that run does it
 */
export async function reopen(job: SettledJob): Promise<boolean> {
  const { account, jobId } = job.input;
  if (!account || !patched('reopened')) return true;
  return CancellationScope.nonCancellable(() =>
    callActivity(
      'reopenJob',
      { jobId, operationId: account.operationId },
      { taskQueue: TASK_QUEUES.service, summary: 'there is more to do', priority: job.priority },
    ).catch(() => true),
  );
}
