import { ClipScribeError, ERRORS, isErrorCode } from '../../domain/errors.ts';
import type { JobError } from '../../domain/job.ts';
import type { JobStatus } from '../jobs/job-schemas.ts';
import type { JobWatcher } from '../jobs/job-watcher.ts';

/**
 * Waits until a job is completed.
 *
 * @returns false when the client has gone before; the job goes on
 * @throws ClipScribeError why the job failed, or waits for somebody; ServiceUnavailable when this process stops
 */
export async function untilCompleted(
  watcher: JobWatcher,
  jobId: string,
  clientGone: AbortSignal,
): Promise<boolean> {
  const status = await untilDecided(watcher, jobId, clientGone);
  if (status === 'gone') return false;
  if (status.status === 'completed') return true;
  throw errorOf(status);
}

/** The first status in which nothing moves by itself. */
function untilDecided(
  watcher: JobWatcher,
  jobId: string,
  clientGone: AbortSignal,
): Promise<JobStatus | 'gone'> {
  const { promise, resolve, reject } = Promise.withResolvers<JobStatus | 'gone'>();
  const stop = watcher.watch(jobId, (end, status) => {
    if (status !== undefined && (end || status.status === 'needs_attention')) resolve(status);
    else if (end)
      reject(
        new ClipScribeError('ServiceUnavailable', `The job ${jobId} goes on; send the same request again.`, {
          retryAfterSeconds: 1,
        }),
      );
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
