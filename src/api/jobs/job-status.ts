import { downloadText } from '../../domain/download-state.ts';
import { ERRORS, isErrorCode } from '../../domain/errors.ts';
import { isTerminal, type JobError, type ProgressOfJob } from '../../domain/job.ts';
import { kindOf } from './job-kinds.ts';
import { jobStatusSchema, type Job, type JobStatus } from './job-schemas.ts';
import { NO_COMPLETION } from './job-completion.ts';
import { NO_WAIT } from './job-wait.ts';
import type { PendingStep } from './pending-step.ts';
import type { CatalogueJob } from '../../ports/job-catalogue.ts';
import type { JobRecord, JobsClient } from './jobs-client.ts';
import { stageOfStep } from './stage-of-step.ts';

/** A job as the API shows it. */
export const jobOf = (record: JobRecord): Job => ({
  id: record.id,
  kind: record.kind,
  status: record.status,
  stage: record.stage,
  route: record.route,
  priority: record.priority,
  source: record.memo.source,
  title: record.title,
  settings: record.memo.settings,
  durationSeconds: record.durationSeconds,
  createdAt: record.createdAt.toISOString(),
  completedAt: record.completedAt?.toISOString() ?? null,
});

/**
 * The status of a job: the workflow's own account, moved on by what its running steps heartbeat, so that the
 * progress of a video of one chunk moves too. Works without a worker, then with less detail.
 *
 * @param row the job, where it has just been read
 */
export async function readJobStatus(jobs: JobsClient, jobId: string, row?: CatalogueJob): Promise<JobStatus> {
  const job = row ?? (await jobs.find(jobId));
  const [{ description, progress }, stopped] = await Promise.all([jobs.observe(job), jobs.stop()]);
  const kind = kindOf(description.kind);
  const known =
    progress === undefined
      ? { ...progressWithoutWorker(description), ...kind.nothingKnown(description) }
      : (kind.withStepsUnderWay?.(progress, description.pendingSteps) ?? progress);
  const { state, startedAt, ...rest } = known;
  const status = isTerminal(description.status) ? description.status : state;
  const wait = status === 'queued' ? await jobs.waitOf(job) : undefined;
  const completion = status === 'running' ? await jobs.completionOf(description, known) : NO_COMPLETION;
  const stop = isTerminal(status) ? null : stopped;
  return jobStatusSchema.parse({
    ...rest,
    kind: description.kind,
    jobId,
    status,
    startedAt: progress === undefined && status === 'queued' ? null : startedAt,
    progress: status === 'completed' ? 100 : shownProgress(jobs, description, { progress, known }),
    ...{ ...completion, ...NO_WAIT, ...wait },
    // Nobody knows how long a stop lasts.
    ...(stop === null ? {} : { ...NO_COMPLETION, estimatedWaitSeconds: null, estimatedWaitRange: null }),
    error: status === 'failed' ? await failureOf(jobs, jobId, known) : known.error,
    retrying: retryingOf(description.pendingSteps),
    download: isTerminal(status) ? null : downloadOf(description.pendingSteps),
    stop,
  });
}

function shownProgress(
  jobs: JobsClient,
  { id, status }: JobRecord,
  { progress, known }: { progress: ProgressOfJob | undefined; known: ProgressOfJob },
): number {
  // A job that is done anew begins anew.
  if (progress === undefined && status === 'queued') return 0;
  return jobs.atLeastAsShown(id, progress?.startedAt ?? null, known.progress);
}

const failureOf = async (jobs: JobsClient, jobId: string, known: ProgressOfJob): Promise<JobError> =>
  known.error ?? (await jobs.failure(jobId));

/** What the server knows by itself, in the shape of the workflow's answer. */
const progressWithoutWorker = (record: JobRecord): ProgressOfJob => ({
  state: record.status,
  stage: record.stage,
  progress: 0,
  title: null,
  startedAt: record.createdAt.toISOString(),
  estimatedCompletion: null,
  error: null,
  notices: [],
});

/** Whether nothing more happens to a job by itself, for good. */
export const hasJobEnded = ({ status }: JobStatus): boolean => isTerminal(status);

function downloadOf(steps: readonly PendingStep[]): JobStatus['download'] {
  const step = steps.find(({ download }) => download !== undefined);
  if (step?.download === undefined) return null;
  return { state: step.download, message: downloadText(step.download, step.heartbeat) };
}

/** The step that has failed most often, if any has: why a job stands still. */
function retryingOf(steps: readonly PendingStep[]): JobStatus['retrying'] {
  const failed = steps.filter((step) => step.attempt > 1 && step.lastFailure !== null);
  const worst = failed.toSorted((one, other) => other.attempt - one.attempt)[0];
  if (worst?.lastFailure === null || worst === undefined) return null;
  const { type, message } = worst.lastFailure;
  // Messages of our own errors are made for users; any other is not.
  const ours = isErrorCode(type);
  return {
    stage: stageOfStep(worst.activity),
    attempt: worst.attempt,
    code: ours ? type : 'InternalError',
    message: ours ? message : `${ERRORS.InternalError.title}.`,
    nextAttemptAt: worst.nextAttemptAt?.toISOString() ?? null,
  };
}
