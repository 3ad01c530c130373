import { CancellationScope } from '@temporalio/workflow';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import { callActivity } from './activity-calls.ts';
import type { VideoJob } from './video-job.ts';

/** Lets the transcript of a completed job be found. What fails here, the service makes up for by itself. */
export async function indexTranscript(job: VideoJob): Promise<void> {
  const { account, jobId, userId } = job.input;
  if (!account || job.state !== 'completed') return;
  await CancellationScope.nonCancellable(() =>
    callActivity(
      'indexTranscript',
      { jobId, userId },
      { taskQueue: TASK_QUEUES.service, summary: 'transcript into the search', priority: job.priority },
    ).catch(() => undefined),
  );
}
