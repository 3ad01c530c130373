import { isCancellation } from '@temporalio/workflow';
import type { JobActivities, StepName } from '../contracts/job-activities.ts';
import type { Measured } from '../contracts/measured.ts';
import { ERRORS, type ErrorCode } from '../domain/errors.ts';
import type { JobError } from '../domain/job.ts';
import { callActivity } from './activity-calls.ts';
import { CALLED_BACK } from './installation-stop.ts';
import type { Decision, JobControl } from './job-control.ts';
import { isFinalError, jobErrorOf, jobFailure } from './job-failure.ts';

type InputOf<Name extends StepName> = Parameters<JobActivities[Name]>[0];
type ResultOf<Name extends StepName> = Awaited<ReturnType<JobActivities[Name]>>;

/** Returned by a step that somebody chose to skip. */
export const SKIPPED = Symbol('skipped');

export interface Step<Name extends StepName, Stage extends string = string> {
  stage: Stage;
  activity: Name;
  /** Read anew for each try, because a retry may come with changed settings. */
  input: () => InputOf<Name>;
  summary: string;
  /** Where it is not the job's own. */
  taskQueue?: string;
  /**
   * What the kind of job can change by itself when Temporal's retries are used up.
   *
   * @param taskQueue that the step failed on: the job may have moved to another one since
   * @returns whether to try again
   */
  mend?: (error: JobError & { code: ErrorCode }, taskQueue: string) => boolean;
}

/**
 * Runs one step of a job. Passing trouble is retried by Temporal. When that is used up, the job waits for
 * attention in place of dying, and so it does before a step that a cost ceiling forbids; an input that cannot
 * work fails the job at once. What an emergency stop calls back is run again when work goes on.
 *
 * @throws ApplicationFailure with the error's code, or the cancellation
 */
export async function runStep<Name extends StepName, Stage extends string>(
  job: JobControl<Stage, object>,
  step: Step<Name, Stage>,
): Promise<ResultOf<Name> | typeof SKIPPED> {
  for (;;) {
    const ceiling = await job.costs.ceilingBefore(step.stage);
    if (ceiling !== null) {
      if ((await overCeiling(job, step.stage, ceiling)) === 'skip') return SKIPPED;
      continue;
    }
    await job.whenNotPaused();
    const taskQueue = step.taskQueue ?? job.taskQueue;
    try {
      const result = await job.stop.run(
        () =>
          callActivity(step.activity, step.input(), {
            taskQueue,
            summary: step.summary,
            priority: job.priority,
          }),
        { isFinal: (error) => isFinalError(error, step.stage) },
      );
      if (result === CALLED_BACK) continue;
      const { measure } = result as Measured;
      job.ledger.add(step.stage, measure);
      job.costs.add(step.stage, measure);
      return result as ResultOf<Name>;
    } catch (error) {
      if (isCancellation(error)) throw error;
      const jobError = jobErrorOf(error, step.stage);
      if (ERRORS[jobError.code].retry === 'never') throw jobFailure(jobError);
      if (step.mend?.(jobError, taskQueue)) continue;
      const decision = await job.needsAttention(jobError);
      if (decision === 'skip') {
        noteSkipped(job, step.stage, jobError.message);
        return SKIPPED;
      }
    }
  }
}

/** Somebody raises the ceiling, chooses settings that may cost less, leaves the step out, or cancels the job. */
async function overCeiling<Stage extends string>(
  job: JobControl<Stage, object>,
  stage: Stage,
  message: string,
): Promise<Decision> {
  const { settings } = job;
  const decision = await job.needsAttention({ code: 'CostCeilingReached', message, stage });
  if (decision === 'skip') noteSkipped(job, stage, message);
  else if (!isSame(job.settings, settings)) job.costs.waive();
  return decision;
}

const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

const noteSkipped = (job: Pick<JobControl<string, object>, 'notices'>, stage: string, why: string): void => {
  job.notices.push(`The step "${stage}" was skipped: ${why}`);
};

/** A step that cannot be skipped. */
export async function runRequiredStep<Name extends StepName, Stage extends string>(
  job: JobControl<Stage, object>,
  step: Step<Name, Stage>,
): Promise<ResultOf<Name>> {
  for (;;) {
    const result = await runStep(job, step);
    if (result !== SKIPPED) return result;
  }
}
