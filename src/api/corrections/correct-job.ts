import type { VideoJobInput } from '../../contracts/video-intelligence.ts';
import {
  withChanges,
  hasGivenOut,
  withoutCorrection,
  type CorrectionChange,
  type Corrections,
} from '../../domain/corrections.ts';
import { changesOf, type SpeakerRequest, type TextRequest } from '../../domain/correction-requests.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { isTerminal } from '../../domain/job.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { startAgain } from '../jobs/job-actions.ts';
import { areResultsBehind, changeCorrections } from './stored-corrections.ts';

export interface CorrectingJob {
  userId: string;
  jobId: string;
  operationId: string;
}

export interface CorrectionAnswer {
  success: true;
  message: string;
  /** Ids of what this request corrected. */
  corrections: string[];
}

/** What correcting a job takes. */
export type Correcting = Pick<ApiDependencies, 'jobs' | 'catalogue' | 'dispatcher' | 'store'>;

/**
 * Adds corrections, and has the results written anew with them. What is so already is not corrected again, so a
 * repeated request adds nothing; where the results do not show it, they are written then.
 *
 * @throws ClipScribeError InvalidInput, JobNotFinished, EmergencyStop, those of the storage and of Temporal
 */
export async function correctJob(
  dependencies: Correcting,
  job: CorrectingJob,
  request: SpeakerRequest | TextRequest,
): Promise<CorrectionAnswer> {
  let changes: CorrectionChange[] = [];
  const corrections = await changeCorrections(dependencies.store, job.userId, job.jobId, (current) => {
    changes = changesOf(current.view, request);
    if (changes.length === 0) return current.corrections;
    return withChanges(current.corrections, changes, {
      madeAt: new Date().toISOString(),
      ground: current.ground.fingerprint,
    });
  });
  if (changes.length === 0) {
    return (await catchUp(dependencies, job))
      ? answer('Everything is corrected so already; the results are being written anew.', [])
      : answer('Everything is so already.', []);
  }
  await writeAnew(dependencies, job);
  const ids = corrections.corrections.slice(-changes.length).map(({ id }) => id);
  const what = ids.length === 1 ? 'One correction is' : `${ids.length} corrections are`;
  return answer(`${what} kept; the results are being written anew.`, ids);
}

/**
 * Takes a correction back. Repeated, it is not there any more; the results are written then where they still show it.
 *
 * @throws ClipScribeError NotFound, and as {@link correctJob} does
 */
export async function takeBack(
  dependencies: Correcting,
  job: CorrectingJob,
  correctionId: string,
): Promise<CorrectionAnswer> {
  let isThere = false;
  const corrections = await changeCorrections(
    dependencies.store,
    job.userId,
    job.jobId,
    (current): Corrections => {
      const changed = withoutCorrection(current.corrections, correctionId);
      isThere = changed !== current.corrections;
      return changed;
    },
  );
  if (isThere) await writeAnew(dependencies, job);
  else if (!hasGivenOut(corrections, correctionId) || !(await catchUp(dependencies, job)))
    throw new ClipScribeError('NotFound', `The job has no correction "${correctionId}".`);
  return answer('The correction is taken back; the results are being written anew.', [correctionId]);
}

/**
 * Has results written anew that do not show what people have changed, because nobody could be told at that time.
 *
 * @returns false where they show it, or a run that will is about to start
 */
export async function catchUp(dependencies: Correcting, job: CorrectingJob): Promise<boolean> {
  if (!(await areResultsBehind(dependencies.store, job.userId, job.jobId))) return false;
  if ((await dependencies.jobs.describe(job.jobId)).status === 'queued') return false;
  await writeAnew(dependencies, job);
  return true;
}

/** A job that ends, or is started by somebody else, just now is asked again. */
const MAXIMUM_ATTEMPTS = 5;

/** Tells the job that runs, or starts the one that has ended, to write its results from what it had found. */
export async function writeAnew(
  dependencies: Correcting,
  { jobId, operationId }: CorrectingJob,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { status } = await dependencies.jobs.describe(jobId);
    // It reads its corrections once it has started.
    if (status === 'queued') return;
    try {
      if (!isTerminal(status)) return await dependencies.jobs.signal(jobId, { name: 'amend' });
      const change = (input: VideoJobInput): VideoJobInput => ({ ...input, amend: true });
      return await startAgain(dependencies, jobId, operationId, change);
    } catch (error) {
      const isOvertaken =
        ClipScribeError.is(error) && (error.code === 'ActionNotPossible' || error.code === 'JobNotFound');
      if (!isOvertaken || attempt === MAXIMUM_ATTEMPTS) throw error;
    }
  }
}

/** The answer of whatever corrects a job. */
export const answer = (message: string, corrections: string[]): CorrectionAnswer => ({
  success: true,
  message,
  corrections,
});
