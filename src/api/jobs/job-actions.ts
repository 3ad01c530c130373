import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import { videoJobInputSchema, type VideoJobInput } from '../../contracts/video-intelligence.ts';
import { stopText } from '../../domain/emergency-stop.ts';
import { changedSettings, isTerminal, type JobSettings, type StageName } from '../../domain/job.ts';
import { JOB_KINDS, type JobKindName } from '../../domain/job-kinds.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { currentTraceparent } from '../trace.ts';
import { checkTranslation } from './check-translation.ts';
import { hasGround, isBehindGround } from './has-ground.ts';
import { kindOf } from './job-kinds.ts';
import { sourceKeptAgain } from './keep-addresses.ts';
import { jobStartOf, type JobStart } from './job-start.ts';
import type { JobsClient } from './jobs-client.ts';
import { readJobStatus } from './job-status.ts';
import { startSoon } from './submit-job.ts';

/** The answer of every action: one sentence about what happens now. */
export interface ActionAnswer {
  success: true;
  message: string;
}

const done = (message: string): ActionAnswer => ({ success: true, message });

const refused = (message: string): ClipScribeError => new ClipScribeError('ActionNotPossible', message);

/** Refuses where the job has ended; tells its status and stage otherwise. */
async function openJob(jobs: JobsClient, jobId: string) {
  const status = await readJobStatus(jobs, jobId);
  if (isTerminal(status.status)) throw refused(`The job has already ended (${status.status}).`);
  return status;
}

/** Ends a job; what it stored in the stage cache stays. Repeating it changes nothing. */
export async function cancelJob(jobs: JobsClient, jobId: string): Promise<ActionAnswer> {
  const { status } = await jobs.describe(jobId);
  if (status === 'cancelled') return done('The job is cancelled already.');
  if (isTerminal(status)) throw refused(`The job has already ended (${status}).`);
  await jobs.cancel(jobId);
  return done('The job is being cancelled.');
}

/** Nothing new starts; steps that run finish. Its turn is free for another job of its account. */
export async function pauseJob(
  { jobs, catalogue }: Pick<ApiDependencies, 'jobs' | 'catalogue'>,
  jobId: string,
): Promise<ActionAnswer> {
  const { status, stop } = await openJob(jobs, jobId);
  // During an emergency stop all jobs look paused, and will go on by themselves when it ends.
  const isPaused = status === 'paused' && stop === null;
  if (!isPaused) await jobs.signal(jobId, { name: 'pause' });
  await catalogue.noteRest(jobId, 'paused');
  return done(isPaused ? 'The job is paused already.' : 'The job pauses once its running steps are done.');
}

/** It goes on at once, also where its account runs as many as it may: the next turn is then given later. */
export async function resumeJob(
  { jobs, catalogue }: Pick<ApiDependencies, 'jobs' | 'catalogue'>,
  jobId: string,
): Promise<ActionAnswer> {
  const { status, stop } = await openJob(jobs, jobId);
  if (status === 'needs_attention') {
    throw refused('The job waits for attention, not for a resume: retry, skip or cancel it.');
  }
  // Sent to a running job too: a pause may be on its way.
  await jobs.signal(jobId, { name: 'resume' });
  await catalogue.noteRest(jobId, null);
  if (stop !== null) return done(`The job goes on when all work does. ${stopText(stop)}`);
  return done(status === 'paused' ? 'The job goes on.' : 'The job is not paused.');
}

/** Tries the steps again that wait for attention, with changed settings. */
export async function retryJob(jobs: JobsClient, jobId: string, changes: object): Promise<ActionAnswer> {
  const { kind, status, stage } = await openJob(jobs, jobId);
  if (status !== 'needs_attention') throw refused(`No step of the job waits for a retry (it is ${status}).`);
  const settings = kindOf(kind).changes.safeParse(changes);
  if (!settings.success) throw new ClipScribeError('InvalidInput', z.prettifyError(settings.error));
  const held = Object.keys(settings.data).filter((setting) => settingHolds(kind, stage, setting));
  if (held.length > 0)
    throw refused(
      `All of the job is made with the same ${held.join(', ')}, and some of it is made; retry it as it is, or cancel it and submit it anew.`,
    );
  await jobs.signal(jobId, { name: 'retry', settings: settings.data });
  return done(`The step "${stage}" is tried again.`);
}

function settingHolds(kind: JobKindName, stage: string, setting: string): boolean {
  const from = kindOf(kind).settingHoldsFrom?.(setting);
  const stages: readonly string[] = JOB_KINDS[kind].stages;
  return from !== undefined && stages.indexOf(stage) >= stages.indexOf(from);
}

/** Goes on without the optional step that waits for attention. */
export async function skipStep(jobs: JobsClient, jobId: string): Promise<ActionAnswer> {
  const { kind, status, error, ...job } = await openJob(jobs, jobId);
  const optionalStages: readonly string[] = JOB_KINDS[kind].optional;
  // Voices are heard while the job is at another stage.
  const stage = error?.stage ?? job.stage;
  if (status !== 'needs_attention')
    throw refused(`No step of the job waits for a decision (it is ${status}).`);
  if (!optionalStages.includes(stage)) {
    const others = optionalStages.length === 0 ? '' : `; only ${optionalStages.join(', ')} can`;
    throw refused(`The step "${stage}" cannot be left out${others}.`);
  }
  await jobs.signal(jobId, { name: 'skip' });
  return done(`The job goes on without the step "${stage}".`);
}

export interface Redo {
  from: StageName;
  settings: JobSettings;
  operationId: string;
}

/**
 * Starts an ended job again under its id: earlier stages come from what was found and kept, or else from the stage
 * cache, `from` and later ones are done anew. The same operation again starts nothing.
 *
 * @throws ClipScribeError JobNotFound, ActionNotPossible, AddressExpired, TranslationUnavailable, QuotaExceeded,
 *   EmergencyStop, those of the storage
 */
export async function redoJob(
  dependencies: Pick<ApiDependencies, 'jobs' | 'catalogue' | 'dispatcher' | 'hasTranslator' | 'store'>,
  jobId: string,
  { from, settings, operationId }: Redo,
): Promise<ActionAnswer> {
  checkTranslation(dependencies, settings);
  const answer = done(`The job starts again from "${from}".`);
  await startAgain(dependencies, jobId, operationId, async (last) => {
    const changed = changedSettings(last.settings, settings);
    const fromGround = isBehindGround(from) && (await hasGround(dependencies.store, last, changed));
    return { ...last, settings: changed, redo: { from, nonce: operationId, fromGround }, amend: false };
  });
  return answer;
}

/**
 * Starts an ended job again under its id. The same operation again starts nothing.
 *
 * @param change what is to be different from the last run
 * @throws ClipScribeError JobNotFound, ActionNotPossible, AddressExpired, QuotaExceeded, EmergencyStop
 */
export async function startAgain(
  {
    jobs,
    catalogue,
    store,
    dispatcher,
  }: Pick<ApiDependencies, 'jobs' | 'catalogue' | 'store' | 'dispatcher'>,
  jobId: string,
  operationId: string,
  change: (input: VideoJobInput) => VideoJobInput | Promise<VideoJobInput>,
): Promise<void> {
  const { kind, status, memo, durationSeconds } = await jobs.describe(jobId);
  if (kind !== 'videoIntelligence') throw refused('Only videos are done again; submit this anew instead.');
  const known = await catalogue.find(jobId);
  if (known?.operationId === operationId) return;
  if (known === undefined || !isTerminal(status))
    throw refused(`The job has not ended (it is ${status}); cancel it first, or wait.`);
  // The workflow may have told its end to nobody yet.
  const end = { state: status, title: null, durationSeconds, error: null } as const;
  await catalogue.settle({ id: jobId, operationId: known.operationId, ...end });
  const before = jobStartOf(known);
  const last = videoJobInputSchema.parse((await jobs.input(jobId)) ?? before.input);
  const account = last.account === null ? null : { ...last.account, operationId };
  const changed = await change(last);
  const input = { ...changed, source: await sourceKeptAgain(store, changed), account };
  const start: JobStart = {
    kind,
    input,
    memo: { ...memo, settings: input.settings, operationId },
    // Nobody attaches to a repetition: it may give other results than a first run.
    sourceHash: `redo-${jobId}`,
    reuseId: 'after-end',
    traceparent: currentTraceparent(),
  };
  const { sourceHash } = start;
  if (!(await catalogue.acceptAgain({ ...known, sourceHash, start, operationId })))
    throw refused('The job has just been started again by somebody else.');
  await startSoon(dispatcher);
}
