import { ClipScribeError, ERRORS, isErrorCode } from '../../domain/errors.ts';
import type { JobError } from '../../domain/job.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { cancelJob } from '../jobs/job-actions.ts';
import type { JobStatus } from '../jobs/job-schemas.ts';
import type { StatusWatcher } from '../status-watcher.ts';

/**
 * Waits until a job is completed. One whose model is not there is cancelled: that is the client's mistake, and nobody
 * else would know of the job that waits for it.
 *
 * @param tell told of every status that is read, one after the other, before it counts
 * @returns false when the client has gone before; the job goes on
 * @throws ClipScribeError why the job failed, or waits for somebody; ServiceUnavailable when this process stops
 */
export async function untilCompleted(
  { watcher, jobs }: Pick<ApiDependencies, 'watcher' | 'jobs'>,
  jobId: string,
  clientGone: AbortSignal,
  tell: (status: JobStatus) => Promise<void> = () => Promise.resolve(),
): Promise<boolean> {
  const status = await untilDecided(watcher, jobId, clientGone, tell);
  if (status === 'gone') return false;
  if (status.status === 'completed') return true;
  if (status.error?.code === 'ModelUnknown' && status.status === 'needs_attention') {
    await cancelJob(jobs, jobId);
    throw new ClipScribeError('ModelUnknown', `${status.error.message} The job ${jobId} was cancelled.`);
  }
  throw errorOf(status);
}

/** The first status in which nothing moves by itself. */
function untilDecided(
  watcher: StatusWatcher<JobStatus>,
  jobId: string,
  clientGone: AbortSignal,
  tell: (status: JobStatus) => Promise<void>,
): Promise<JobStatus | 'gone'> {
  const { promise, resolve, reject } = Promise.withResolvers<JobStatus | 'gone'>();
  const decide = (end: boolean, status: JobStatus | undefined): void => {
    if (status !== undefined && (end || status.status === 'needs_attention')) resolve(status);
    else if (end)
      reject(
        new ClipScribeError('ServiceUnavailable', `The job ${jobId} goes on; send the same request again.`, {
          retryAfterSeconds: 1,
        }),
      );
  };
  let handled = Promise.resolve();
  const stop = watcher.watch(jobId, (end, status) => {
    handled = handled
      .then(() => (status === undefined ? undefined : tell(status)))
      .then(() => decide(end, status))
      .catch(reject);
  });
  clientGone.addEventListener('abort', () => resolve('gone'), { once: true });
  if (clientGone.aborted) resolve('gone');
  return promise.finally(stop);
}

function errorOf({ jobId, status, error }: JobStatus): ClipScribeError {
  if (status === 'cancelled')
    return new ClipScribeError('ActionNotPossible', `The job ${jobId} was cancelled.`);
  const { code, message } = error ?? noError;
  const ours = isErrorCode(code) ? code : 'InternalError';
  const waits = status === 'needs_attention' ? ` The job ${jobId} waits until somebody decides.` : '';
  return new ClipScribeError(ours, message + waits);
}

const noError: JobError = { code: 'InternalError', message: `${ERRORS.InternalError.title}.`, stage: null };
