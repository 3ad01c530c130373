import { isCancellation } from '@temporalio/workflow';
import type { JobControl } from './job-control.ts';
import { jobErrorOf } from './job-failure.ts';
import { settleBeside, type SettledJob } from './settle.ts';

/**
 * Runs the work of a job to its end, whatever that is, and tells people that it begins and how it ended, and the
 * service.
 *
 * @param cleanUp what is to be done after the end, which nobody's turn waits for
 * @throws what the work threw: an ApplicationFailure with an error code, or the cancellation
 */
export async function runToEnd<Result>(
  job: JobControl<string, object> & SettledJob,
  work: () => Promise<Result>,
  cleanUp: () => Promise<void> = () => Promise.resolve(),
): Promise<Result> {
  void job.announcer.announce('job.started');
  try {
    const result = await work();
    job.end('completed');
    return result;
  } catch (error) {
    if (isCancellation(error)) job.end('cancelled');
    else job.end('failed', jobErrorOf(error, job.stage));
    throw error;
  } finally {
    await job.announcer.announceEnd();
    await settleBeside(job, cleanUp);
  }
}
