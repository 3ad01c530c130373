import { isCancellation, patched } from '@temporalio/workflow';
import type { FetchMetadataResult } from '../contracts/video-source-steps.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import { STAGES } from '../domain/job.ts';
import type { SourceLocator } from '../domain/media.ts';
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
    const result = await findMetadata(job);
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

/**
 * A job that is done again need not find its source anew: the metadata of its last run leads to what was acquired then.
 * Where nothing is to be acquired, the source is asked only if that is gone; else it comes first.
 */
async function findMetadata(job: VideoJob): Promise<FetchMetadataResult> {
  const { source, redo } = job.input;
  if (redo === null || !patched('metadata-of-the-last-run')) return readMetadata(job, source);
  if (STAGES.indexOf(redo.from) > STAGES.indexOf('acquire'))
    return (await readKept(job)) ?? (await readMetadata(job, source));
  try {
    return await readMetadata(job, source);
  } catch (error) {
    const kept = isCancellation(error) ? null : await readKept(job);
    if (kept === null) throw error;
    job.notices.push(`The metadata is that of the last run: ${jobErrorOf(error, 'metadata').message}`);
    return kept;
  }
}

/** Null where it is no longer stored. */
async function readKept(job: VideoJob): Promise<FetchMetadataResult | null> {
  try {
    return await readMetadata(job, null);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return null;
  }
}

/** Once more when an emergency stop called it back. */
async function readMetadata(job: VideoJob, source: SourceLocator | null): Promise<FetchMetadataResult> {
  const { jobId, userId } = job.input;
  const downloadQueue = source === null ? null : job.downloadQueue;
  for (;;) {
    await job.whenNotPaused();
    const result = await job.stop.run(
      () =>
        callActivity(
          downloadQueue === null ? 'fetchMetadata' : 'downloadMetadata',
          { jobId, userId, source, longestVideo: job.longestVideo },
          {
            taskQueue: downloadQueue ?? TASK_QUEUES.control,
            summary: `title, duration, chapters${source === null ? ' as read before' : ''}`,
            priority: job.priority,
          },
        ),
      { isFinal: (error) => isFinalError(error, 'metadata') },
    );
    if (result !== CALLED_BACK) return result;
  }
}
