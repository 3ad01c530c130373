import type { JobChange } from '../../contracts/video-intelligence.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { changedSettings, isTerminal } from '../../domain/job.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { jobStartOf, type JobStart } from './job-start.ts';
import type { ActionAnswer } from './job-actions.ts';

/**
 * Changes a job under way: its turn, its route, or its settings. One that waits is started with the change; one
 * that runs takes it over from its next step on, and steps that run end as they began. Repeating it changes nothing.
 *
 * @throws ClipScribeError JobNotFound, ActionNotPossible where the job has ended
 */
export async function changeJob(
  { jobs, catalogue }: Pick<ApiDependencies, 'jobs' | 'catalogue'>,
  jobId: string,
  change: JobChange,
): Promise<ActionAnswer> {
  const row = await catalogue.find(jobId);
  if (row?.state === 'accepted') {
    const start = changedStart(jobStartOf(row), change);
    const waits = await catalogue.changeStart(jobId, { priority: start.input.priority, start });
    if (waits) return { success: true, message: 'The job will start with the change.' };
  }
  const { status } = await jobs.describe(jobId);
  if (isTerminal(status))
    throw new ClipScribeError('ActionNotPossible', `The job has already ended (${status}); redo it instead.`);
  await jobs.signal(jobId, { name: 'change', change });
  return { success: true, message: 'The change holds from the next step on.' };
}

function changedStart({ input, memo, ...start }: JobStart, change: JobChange): JobStart {
  const settings = changedSettings(input.settings, change.settings ?? {});
  const priority = change.priority ?? input.priority;
  const route = change.route ?? input.route;
  return { ...start, input: { ...input, settings, priority, route }, memo: { ...memo, settings } };
}
