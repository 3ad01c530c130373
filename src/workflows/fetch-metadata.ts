import { isCancellation } from '@temporalio/workflow';
import type { FetchMetadataResult } from '../contracts/video-activities.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import { routeFor } from '../domain/route.ts';
import { callActivity } from './activity-calls.ts';
import { CALLED_BACK } from './installation-stop.ts';
import { isFinalError, jobErrorOf, jobFailure } from './job-failure.ts';
import type { VideoJob } from './video-job.ts';

/**
 * Reads metadata and routes by it. An input that cannot work fails the job here, before any expensive work.
 * Where only the reading failed, the job goes on along the short route until its true duration is known (H2).
 */
export async function fetchMetadata(job: VideoJob): Promise<FetchMetadataResult | null> {
  try {
    const result = await readMetadata(job);
    job.ledger.add('metadata', result.measure);
    job.costs.add('metadata', result.measure);
    const route = routeFor(result.durationSeconds, job.input.policy.longRouteFromSeconds);
    job.learn({ title: result.title, durationSeconds: result.durationSeconds, route });
    return result;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const jobError = jobErrorOf(error, 'metadata');
    if (isFinalError(error, 'metadata')) throw jobFailure(jobError);
    job.notices.push(`The metadata could not be read: ${jobError.message}`);
    return null;
  }
}

/** Once more when an emergency stop called it back. */
async function readMetadata(job: VideoJob): Promise<FetchMetadataResult> {
  const { jobId, userId, source } = job.input;
  for (;;) {
    await job.whenNotPaused();
    const result = await job.stop.run(
      () =>
        callActivity(
          'fetchMetadata',
          { jobId, userId, source },
          { taskQueue: TASK_QUEUES.control, summary: 'title, duration, chapters', priority: job.priority },
        ),
      { isFinal: (error) => isFinalError(error, 'metadata') },
    );
    if (result !== CALLED_BACK) return result;
  }
}
