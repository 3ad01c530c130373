import { CancellationScope } from '@temporalio/workflow';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import { callActivity } from './activity-calls.ts';
import type { JobInput } from '../contracts/job-input.ts';
import type { JobControl } from './job-control.ts';

/** What settling needs of a job of any kind. */
export interface SettledJob extends Pick<
  JobControl<string, object>,
  'state' | 'error' | 'priority' | 'costs'
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
export async function settle(job: SettledJob): Promise<void> {
  const { account, jobId } = job.input;
  const { state } = job;
  if (!account || (state !== 'completed' && state !== 'failed' && state !== 'cancelled')) return;
  const { title, durationSeconds, error } = job;
  await job.costs.tellRest();
  await CancellationScope.nonCancellable(() =>
    callActivity(
      'settleJob',
      { jobId, operationId: account.operationId, state, title, durationSeconds, error },
      { taskQueue: TASK_QUEUES.service, summary: `settle: ${state}`, priority: job.priority },
    ).catch(() => undefined),
  );
}
