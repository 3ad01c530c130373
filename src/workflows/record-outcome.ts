import { CancellationScope } from '@temporalio/workflow';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import type { ProgressOfJob } from '../domain/job.ts';
import type { SourceLocator } from '../domain/media.ts';
import { callActivity } from './activity-calls.ts';
import type { JobPriority } from './job-control.ts';

/** A job of any kind that has ended. */
interface EndedJob {
  input: { jobId: string; userId: string };
  priority: JobPriority;
  progress(): ProgressOfJob & { durationSeconds: number | null };
}

/**
 * Writes down how a job ended, whatever way it did. What the storage does not take now is removed by retention later.
 *
 * @param source whose upload goes with a completed job; null: none
 */
export async function recordOutcome(job: EndedJob, source: SourceLocator | null): Promise<void> {
  const { jobId, userId } = job.input;
  const { state: status, stage, title, durationSeconds, startedAt, error, notices } = job.progress();
  const endedAt = new Date().toISOString();
  const outcome = { status, stage, title, durationSeconds, startedAt, endedAt, error, notices };
  await CancellationScope.nonCancellable(() =>
    callActivity(
      'recordOutcome',
      { jobId, userId, source, outcome },
      { taskQueue: TASK_QUEUES.control, summary: `write down that it ${status}`, priority: job.priority },
    ).catch(() => undefined),
  );
}
