import { isCancellation } from '@temporalio/workflow';
import type { JobControl } from './job-control.ts';
import { jobErrorOf } from './job-failure.ts';
import { settle, type SettledJob } from './settle.ts';

/**
 * Runs the work of a job to its end, whatever that is, and tells the service how it ended.
 *
 * @throws what the work threw: an ApplicationFailure with an error code, or the cancellation
 */
export async function runToEnd<Result>(
  job: JobControl<string, object> & SettledJob,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work();
    job.end('completed');
    return result;
  } catch (error) {
    if (isCancellation(error)) job.end('cancelled');
    else job.end('failed', jobErrorOf(error, job.stage));
    throw error;
  } finally {
    await settle(job);
  }
}
