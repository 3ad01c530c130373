import { isCancellation } from '@temporalio/workflow';
import type { FetchMetadataResult } from '../contracts/video-activities.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import { ERRORS } from '../domain/errors.ts';
import { routeFor } from '../domain/route.ts';
import { callActivity } from './activity-calls.ts';
import type { VideoJob } from './video-job.ts';
import { jobErrorOf, jobFailure } from './job-failure.ts';

/**
 * Reads metadata and routes by it. An input that cannot work fails the job here, before any expensive work.
 * Where only the reading failed, the job goes on along the short route until its true duration is known (H2).
 */
export async function fetchMetadata(job: VideoJob): Promise<FetchMetadataResult | null> {
  await job.whenNotPaused();
  try {
    const result = await callActivity(
      'fetchMetadata',
      { jobId: job.input.jobId, userId: job.input.userId, source: job.input.source },
      { taskQueue: TASK_QUEUES.control, summary: 'title, duration, chapters', priority: job.priority },
    );
    job.ledger.add('metadata', result.measure);
    const route = routeFor(result.durationSeconds, job.input.policy.longRouteFromSeconds);
    job.learn({ title: result.title, durationSeconds: result.durationSeconds, route });
    return result;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const jobError = jobErrorOf(error, 'metadata');
    if (ERRORS[jobError.code].retry === 'never') throw jobFailure(jobError);
    job.notices.push(`The metadata could not be read: ${jobError.message}`);
    return null;
  }
}
