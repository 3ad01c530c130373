import { isCancellation } from '@temporalio/workflow';
import type { Measured, VideoActivities } from '../contracts/video-activities.ts';
import { routeQueue } from '../contracts/task-queues.ts';
import { ERRORS } from '../domain/errors.ts';
import type { StageName } from '../domain/job.ts';
import { STAGES } from '../domain/job.ts';
import { callActivity } from './activity-calls.ts';
import type { JobControl } from './job-control.ts';
import { jobErrorOf, jobFailure } from './job-failure.ts';

/** The activities that are steps: their results carry a measure. */
type StepName = {
  [Name in keyof VideoActivities]: Awaited<ReturnType<VideoActivities[Name]>> extends Measured ? Name : never;
}[keyof VideoActivities];
type InputOf<Name extends StepName> = Parameters<VideoActivities[Name]>[0];
type ResultOf<Name extends StepName> = Awaited<ReturnType<VideoActivities[Name]>>;

/** Returned by a step that somebody chose to skip. */
export const SKIPPED = Symbol('skipped');

export interface Step<Name extends StepName> {
  stage: StageName;
  activity: Name;
  /** Read anew for each try, because a retry may come with changed settings. */
  input: () => InputOf<Name>;
  summary: string;
}

/**
 * Runs one step of a job. Passing trouble is retried by Temporal. When that is used up, the job waits for
 * attention in place of dying; an input that cannot work fails the job at once.
 *
 * @throws ApplicationFailure with the error's code, or the cancellation
 */
export async function runStep<Name extends StepName>(
  job: JobControl,
  step: Step<Name>,
): Promise<ResultOf<Name> | typeof SKIPPED> {
  for (;;) {
    await job.whenNotPaused();
    try {
      const result = await callActivity(step.activity, step.input(), {
        taskQueue: routeQueue(job.route),
        summary: step.summary,
        priority: job.priority,
      });
      job.ledger.add(step.stage, (result as Measured).measure);
      return result as ResultOf<Name>;
    } catch (error) {
      if (isCancellation(error)) throw error;
      const jobError = jobErrorOf(error, step.stage);
      if (ERRORS[jobError.code].retry === 'never') throw jobFailure(jobError);
      const decision = await job.needsAttention(jobError);
      if (decision === 'skip') {
        job.notices.push(`The step "${step.stage}" was skipped: ${jobError.message}`);
        return SKIPPED;
      }
    }
  }
}

/** A step that cannot be skipped. */
export async function runRequiredStep<Name extends StepName>(
  job: JobControl,
  step: Step<Name>,
): Promise<ResultOf<Name>> {
  for (;;) {
    const result = await runStep(job, step);
    if (result !== SKIPPED) return result;
  }
}

/** The part of a stage's cache key that makes work new from the stage on where the user asked for it. */
export function saltFor(job: JobControl, stage: StageName): string {
  const { redo } = job.input;
  return redo !== null && STAGES.indexOf(stage) >= STAGES.indexOf(redo.from) ? redo.nonce : '';
}
