import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { AcquireClipResult } from '../contracts/reel-activities.ts';
import { routeQueue } from '../contracts/task-queues.ts';
import { ERRORS, isErrorCode } from '../domain/errors.ts';
import type { JobError } from '../domain/job.ts';
import type { PlannedClip } from '../domain/reel-plan.ts';
import { MINIMUM_CLIPS } from '../domain/reel.ts';
import { jobFailure } from './job-failure.ts';
import type { ReelJob } from './reel-job.ts';
import { removeScratch } from './remove-scratch.ts';
import { runStep, SKIPPED } from './run-step.ts';
import { withTaskGroup } from './task-group.ts';

/** A clip that is here and good. */
export interface UsableClip extends PlannedClip, Pick<AcquireClipResult, 'fingerprint'> {}

/**
 * Errors about one clip that say nothing about the others: the reel is made without it (R5). An upload that another job
 * has used up will not come back.
 */
const isAboutTheClip = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure &&
  isErrorCode(error.type) &&
  (ERRORS[error.type].retry === 'never' || error.type === 'ArtifactMissing');

/**
 * Brings all clips here side by side and looks at them. One that cannot be used is left out, with a notice.
 *
 * @throws ApplicationFailure `InsufficientClips`
 */
export async function acquireClips(job: ReelJob): Promise<UsableClip[]> {
  const { jobId, userId, clips, policy } = job.input;
  const usable: UsableClip[] = [];
  job.enter('download');
  await withTaskGroup(async (group) => {
    for (const [index, clip] of clips.entries()) {
      await condition(() => group.size < policy.concurrency);
      group.start(async () => {
        const result = await aboutClip(job, index, () =>
          runStep(job, {
            stage: 'download',
            activity: 'acquireClip',
            input: () => ({
              ...{ jobId, userId, index, clip },
              measuresLoudness: job.settings.loudness === 'even',
            }),
            summary: `clip ${index + 1}/${clips.length}`,
            mend: mendBy(job),
          }),
        );
        if (result !== null) {
          const { facts, loudness, fingerprint } = result;
          usable.push({ index, clip, facts, loudness, fingerprint });
          job.counts.clipsReady += 1;
        }
        job.publish();
      });
    }
  });
  requireEnough(usable);
  return usable.sort((one, other) => one.index - other.index);
}

/** The result of a step about one clip; null where the clip cannot be used and is left out. */
export async function aboutClip<T>(
  job: ReelJob,
  index: number,
  step: () => Promise<T | typeof SKIPPED>,
): Promise<T | null> {
  try {
    const result = await step();
    if (result !== SKIPPED) return result;
    // The notice about the skipped step is there.
  } catch (error) {
    if (!isAboutTheClip(error)) throw error;
    const { name } = job.input.clips[index] ?? { name: '' };
    // Several of its parts may show it.
    if (!job.leftOut.has(index)) job.notice(`Clip ${index + 1} (${name}) was left out: ${error.message}`);
  }
  job.leftOut.add(index);
  return null;
}

/**
 * The result of a step that fades a clip into the next one; null where they are to follow each other by a cut. Which of
 * them is damaged, if one is, the parts show that are made of it alone.
 */
export async function aboutFade<T>(
  job: ReelJob,
  [from, into]: readonly [number, number],
  step: () => Promise<T | typeof SKIPPED>,
): Promise<T | null> {
  try {
    const result = await step();
    if (result !== SKIPPED) return result;
  } catch (error) {
    if (!isAboutTheClip(error)) throw error;
    job.notice(`Clip ${from + 1} is followed by clip ${into + 1} without a fade: ${error.message}`);
  }
  return null;
}

/** @throws ApplicationFailure `InsufficientClips` */
export function requireEnough(usable: readonly unknown[]): void {
  if (usable.length >= MINIMUM_CLIPS) return;
  throw jobFailure({
    code: 'InsufficientClips',
    message: `Of the clips ${usable.length === 1 ? 'one' : 'none'} can be used; a reel needs ${MINIMUM_CLIPS}.`,
    stage: 'download',
  });
}

/**
 * What is tried before anybody is asked. Where memory or disk did not suffice, the reel goes on on the long queue,
 * whose hosts are bigger. A storage that refuses a clip, or the place where the reel is to go, will go on to refuse it:
 * its owner is told at once; so it is with an upload that is gone. Where the results themselves are refused, the
 * installation is at fault, and the reel waits.
 */
export const mendBy =
  (job: ReelJob) =>
  (error: JobError, taskQueue: string): boolean => {
    if (error.code === 'StorageDenied' && touchesUsersStorage(job, error.stage)) throw jobFailure(error);
    if (error.code === 'ArtifactMissing' && error.stage === 'download') throw jobFailure(error);
    if (error.code !== 'OutOfMemory' && error.code !== 'DiskFull') return false;
    // Of the steps side by side another one may have moved the reel while this one was still on the short queue.
    if (taskQueue === routeQueue('long')) return false;
    job.moveToLongQueue();
    return true;
  };

const touchesUsersStorage = ({ input }: ReelJob, stage: string | null): boolean =>
  stage === 'initialize' || stage === 'download' || (stage === 'publish' && input.output !== null);

/**
 * Steps that run side by side, or one. When all have settled, what the reel has on hosts that it has left in the
 * meantime is removed; before, the others may still need it.
 */
export async function onItsHosts<T>(job: ReelJob, steps: () => Promise<T>): Promise<T> {
  const { taskQueue } = job;
  try {
    return await steps();
  } finally {
    if (job.taskQueue !== taskQueue) await removeScratch(job, taskQueue);
  }
}
