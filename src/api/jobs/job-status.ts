import { z } from 'zod';
import { ERRORS, isErrorCode } from '../../domain/errors.ts';
import { isTerminal, type JobError, type JobProgress, type StageName } from '../../domain/job.ts';
import { overallProgress } from '../../domain/progress.ts';
import type { Job, JobStatus } from './job-schemas.ts';
import type { JobDescription, JobRecord, JobsClient, PendingStep } from './jobs-client.ts';

const STAGE_OF_ACTIVITY: Readonly<Record<string, StageName>> = {
  fetchMetadata: 'metadata',
  acquireAudio: 'acquire',
  transcribeChunk: 'transcribe',
  mergeTranscript: 'merge',
  embedSpeakers: 'speakers',
  labelSpeakers: 'speakers',
  keepGround: 'corrections',
  openGround: 'corrections',
  applyCorrections: 'corrections',
  extractEntities: 'entities',
  buildGraph: 'graph',
  writeReport: 'report',
  writeSubtitles: 'subtitles',
  publishResults: 'publish',
};

/** The part of a transcription's heartbeat that progress needs. */
const transcriptionHeartbeatSchema = z.object({ secondsDone: z.number().nonnegative() });

/** A job as the API shows it. */
export const jobOf = (record: JobRecord): Job => ({
  id: record.id,
  status: record.status,
  stage: record.stage,
  route: record.route,
  priority: record.priority,
  source: record.memo.source,
  settings: record.memo.settings,
  durationSeconds: record.durationSeconds,
  createdAt: record.createdAt.toISOString(),
  completedAt: record.completedAt?.toISOString() ?? null,
});

/**
 * The status of a job: the workflow's own account, moved on by what its running steps heartbeat, so that the
 * progress of a video of one chunk moves too. Works without a worker, then with less detail.
 */
export async function readJobStatus(jobs: JobsClient, jobId: string): Promise<JobStatus> {
  const description = await jobs.describe(jobId);
  const progress = await jobs.progress(jobId);
  const known =
    progress === undefined ? progressWithoutWorker(description) : withStepsUnderWay(progress, description);
  const { state, startedAt, ...rest } = known;
  const status = isTerminal(description.status) ? description.status : state;
  return {
    ...rest,
    jobId,
    status,
    startedAt: progress === undefined && status === 'queued' ? null : startedAt,
    progress: status === 'completed' ? 100 : known.progress,
    estimatedCompletion: isTerminal(status) ? null : known.estimatedCompletion,
    // What a queue would need to tell is not measured yet.
    queuePosition: null,
    estimatedWaitSeconds: null,
    error: status === 'failed' ? await failureOf(jobs, jobId, known) : known.error,
    retrying: retryingOf(description.pendingSteps),
    stop: isTerminal(status) ? null : await jobs.stop(),
  };
}

const failureOf = async (jobs: JobsClient, jobId: string, known: JobProgress): Promise<JobError> =>
  known.error ?? (await jobs.failure(jobId));

/** What the server knows by itself, in the shape of the workflow's answer. */
function progressWithoutWorker(record: JobRecord): JobProgress {
  return {
    state: record.status,
    stage: record.stage,
    progress: 0,
    route: record.route,
    title: null,
    durationSeconds: record.durationSeconds,
    acquiredSeconds: 0,
    acquireComplete: false,
    chunksTotal: 0,
    chunksDone: 0,
    chunksCached: 0,
    transcribedSeconds: 0,
    windowsTotal: 0,
    windowsDone: 0,
    startedAt: record.createdAt.toISOString(),
    estimatedCompletion: null,
    error: null,
    notices: [],
  };
}

function withStepsUnderWay(progress: JobProgress, { pendingSteps }: JobDescription): JobProgress {
  const secondsUnderWay = pendingSteps
    .filter((step) => step.activity === 'transcribeChunk')
    .map((step) => transcriptionHeartbeatSchema.safeParse(step.heartbeat).data?.secondsDone ?? 0)
    .reduce((total, seconds) => total + seconds, 0);
  if (secondsUnderWay === 0) return progress;
  const moved = { ...progress, transcribedSeconds: progress.transcribedSeconds + secondsUnderWay };
  return { ...moved, progress: overallProgress(moved) };
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
    stage: STAGE_OF_ACTIVITY[worst.activity] ?? null,
    attempt: worst.attempt,
    code: ours ? type : 'InternalError',
    message: ours ? message : `${ERRORS.InternalError.title}.`,
    nextAttemptAt: worst.nextAttemptAt?.toISOString() ?? null,
  };
}
