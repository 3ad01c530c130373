import { z } from 'zod';
import type { JobInput } from '../../contracts/job-input.ts';
import type { JobChange } from '../../contracts/jobs.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { isTerminal } from '../../domain/job.ts';
import type { JobKindName } from '../../domain/job-kinds.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { kindOf } from './job-kinds.ts';
import { jobStartOf, type JobStart } from './job-start.ts';
import type { ActionAnswer } from './job-actions.ts';

/**
 * Changes a job under way: its turn, its route, or its settings. One that waits is started with the change; one
 * that runs takes it over from its next step on, and steps that run end as they began. Repeating it changes nothing.
 *
 * @throws ClipScribeError JobNotFound; InvalidInput where the kind has no such setting, or no route;
 *   ActionNotPossible where the job has ended, or has begun with settings that all of it is made with
 */
export async function changeJob(
  { jobs, catalogue }: Pick<ApiDependencies, 'jobs' | 'catalogue'>,
  jobId: string,
  asked: JobChange,
): Promise<ActionAnswer> {
  const row = await catalogue.find(jobId);
  if (row?.state === 'accepted') {
    const start = jobStartOf(row);
    const changed = changedStart(start, changeOf(start.kind, asked));
    const waits = await catalogue.changeStart(jobId, { priority: changed.input.priority, start: changed });
    if (waits) return { success: true, message: 'The job will start with the change.' };
  }
  const { kind, status } = await jobs.describe(jobId);
  if (isTerminal(status))
    throw new ClipScribeError('ActionNotPossible', `The job has already ended (${status}); redo it instead.`);
  const change = changeOf(kind, asked);
  if (change.settings !== undefined && !kindOf(kind).settingsChangeUnderWay)
    throw new ClipScribeError(
      'ActionNotPossible',
      'The job has begun, and all of it is made with the same settings; cancel it, and submit it with others.',
    );
  await jobs.signal(jobId, { name: 'change', change });
  return { success: true, message: 'The change holds from the next step on.' };
}

/** @throws ClipScribeError InvalidInput for what jobs of this kind do not have */
function changeOf(name: JobKindName, { settings, ...change }: JobChange): JobChange {
  const kind = kindOf(name);
  if (change.route !== undefined && kind.longRouteFromSeconds === null)
    throw new ClipScribeError('InvalidInput', 'This job has no route: none of its steps touches media.');
  if (settings === undefined) return change;
  const changes = kind.changes.safeParse(settings);
  if (!changes.success) throw new ClipScribeError('InvalidInput', z.prettifyError(changes.error));
  return { ...change, settings: changes.data };
}

function changedStart({ kind, input, memo, ...start }: JobStart, change: JobChange): JobStart {
  const { changedSettings } = kindOf(kind);
  const settings =
    change.settings === undefined ? input.settings : changedSettings(input.settings, change.settings);
  const changed: JobInput = {
    ...{ ...input, settings },
    ...(change.priority === undefined ? {} : { priority: change.priority }),
    ...(change.route === undefined ? {} : { route: change.route }),
  };
  return { ...start, kind, input: changed, memo: { ...memo, settings } };
}
