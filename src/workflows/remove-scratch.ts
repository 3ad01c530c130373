import { CancellationScope } from '@temporalio/workflow';
import { callActivity } from './activity-calls.ts';
import type { JobPriority } from './job-control.ts';

/**
 * What a job has on a host of a queue, whatever way it ended. Best effort: what is left is swept by the host's workers.
 */
export async function removeScratch(
  { input, priority }: { input: { jobId: string }; priority: JobPriority },
  taskQueue: string,
): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    callActivity(
      'removeScratch',
      { jobId: input.jobId },
      { taskQueue, summary: 'remove scratch files', priority },
    ).catch(() => undefined),
  );
}
