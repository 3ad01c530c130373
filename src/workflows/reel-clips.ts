import { ApplicationFailure, CancellationScope, condition } from '@temporalio/workflow';
import type { AcquireClipResult } from '../contracts/reel-activities.ts';
import { routeQueue } from '../contracts/task-queues.ts';
import { ERRORS, isErrorCode } from '../domain/errors.ts';
import type { JobError } from '../domain/job.ts';
import type { PlannedClip } from '../domain/reel-plan.ts';
import { MINIMUM_CLIPS } from '../domain/reel.ts';
import { callActivity } from './activity-calls.ts';
import { jobFailure } from './job-failure.ts';
import type { ReelJob } from './reel-job.ts';
import { runStep, SKIPPED } from './run-step.ts';
import { withTaskGroup } from './task-group.ts';

/** A clip that is here and good. */
export interface UsableClip extends PlannedClip, Pick<AcquireClipResult, 'fingerprint'> {}

/** Errors about one clip that say nothing about the others: the reel is made without it (R5). */
const isAboutTheClip = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && isErrorCode(error.type) && ERRORS[error.type].retry === 'never';

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
            input: () => ({ jobId, userId, index, clip }),
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
    job.notice(`Clip ${index + 1} (${name}) was left out: ${error.message}`);
  }
  job.counts.clipsSkipped += 1;
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
 * What is tried before anybody is asked. Where memory or disk did not suffice, what the reel has left on such hosts
 * is removed, and it goes on on the long queue, whose hosts are bigger. A storage that refuses a clip will go on to
 * refuse it: its owner is told at once.
 */
export const mendBy =
  (job: ReelJob) =>
  async (error: JobError, taskQueue: string): Promise<boolean> => {
    if (error.code === 'StorageDenied' && error.stage === 'download') throw jobFailure(error);
    if (error.code !== 'OutOfMemory' && error.code !== 'DiskFull') return false;
    // Of the steps side by side another one may have moved the reel while this one was still on the short queue.
    if (taskQueue === routeQueue('long')) return false;
    if (job.route === 'short') await removeScratch(job);
    job.route = 'long';
    return true;
  };

/** What the reel has on a host of its queue. Best effort: what is left is swept when a worker starts. */
export async function removeScratch(job: ReelJob): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    callActivity(
      'removeScratch',
      { jobId: job.input.jobId },
      { taskQueue: job.taskQueue, summary: 'remove scratch files', priority: job.priority },
    ).catch(() => undefined),
  );
}
