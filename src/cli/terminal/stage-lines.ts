import type { JobStatus, VideoStatus } from '../../api/jobs/job-schemas.ts';
import { isTerminal, stageNameSchema } from '../../domain/job.ts';
import { JOB_KINDS } from '../../domain/job-kinds.ts';
import { doneShare } from '../../domain/progress.ts';
import { reelShare } from '../../domain/reel-progress.ts';
import { formatClock } from '../../domain/time.ts';

export type StageMark = 'waiting' | 'running' | 'done' | 'paused' | 'attention' | 'failed' | 'cancelled';

/** One stage of a job, ready to be drawn. */
export interface StageLine {
  stage: string;
  mark: StageMark;
  /** 0–1. */
  share: number;
  /** What there is to say, without control characters. */
  detail: string;
}

/** The stages of a job as a user sees them. Audio may still arrive while chunks are transcribed. */
export const stageLines = (status: JobStatus): StageLine[] =>
  JOB_KINDS[status.kind].stages.map((stage) => {
    const share = Math.min(1, shareOf(stage, status));
    return { stage, share, mark: markOf(stage, status, share), detail: detailOf(stage, status) };
  });

/** How much of a stage is done, 0–1; 0 where its kind does not tell. */
function shareOf(stage: string, status: JobStatus): number {
  if (status.kind === 'reelStitch') return stage === status.stage ? reelShare(status) : 0;
  if (status.kind !== 'videoIntelligence') return 0;
  return doneShare(stageNameSchema.parse(stage), { ...status, state: status.status });
}

function markOf(stage: string, status: JobStatus, share: number): StageMark {
  const stages: readonly string[] = JOB_KINDS[status.kind].stages;
  const current = stages.indexOf(status.stage);
  const index = stages.indexOf(stage);
  if (status.status === 'completed' || share >= 1) return 'done';
  const isActive = index === current || (stage === 'acquire' && status.stage === 'transcribe');
  if (!isActive) return index < current ? 'done' : 'waiting';
  switch (status.status) {
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
    case 'needs_attention':
      return status.error?.stage === stage || status.error?.stage === null ? 'attention' : 'waiting';
    case 'paused':
      return 'paused';
    case 'queued':
      return 'waiting';
    default:
      return 'running';
  }
}

function detailOf(stage: string, status: JobStatus): string {
  const retrying = status.retrying?.stage === stage ? retryingText(status.retrying) : '';
  if (retrying === '' && status.kind === 'reelStitch') return reelDetail(stage, status);
  if (retrying !== '' || status.kind !== 'videoIntelligence') return retrying;
  if (status.download !== null && stage === status.stage) return status.download.message;
  switch (stage) {
    case 'metadata':
      return [status.title ?? '', status.durationSeconds === null ? '' : formatClock(status.durationSeconds)]
        .filter((part) => part !== '')
        .join(' · ');
    case 'acquire':
      return status.acquiredSeconds > 0 ? `${formatClock(status.acquiredSeconds)} of audio` : '';
    case 'transcribe':
      return chunksText(status);
    case 'entities':
    case 'translate':
      return stage === status.stage && status.windowsTotal > 1
        ? `part ${status.windowsDone} of ${status.windowsTotal}`
        : '';
    default:
      return '';
  }
}

function reelDetail(stage: string, status: Extract<JobStatus, { kind: 'reelStitch' }>): string {
  const { clipsReady, clipsSkipped, clipsTotal, secondsEncoded, secondsToEncode } = status;
  const { bytesArriving, secondsJoined, durationSeconds } = status;
  if (stage === 'download' && clipsTotal > 0)
    return [
      `${clipsReady}/${clipsTotal} clips`,
      ...(clipsSkipped > 0 ? [`${clipsSkipped} left out`] : []),
      ...(bytesArriving > 0 ? [`${(bytesArriving / 1e6).toFixed(0)} MB of the next`] : []),
    ].join(', ');
  if (stage === 'encode' && secondsToEncode > 0)
    return `${Math.floor(secondsEncoded)} of ${Math.ceil(secondsToEncode)} s`;
  if (stage === 'join' && secondsJoined > 0 && durationSeconds !== null)
    return `${Math.floor(secondsJoined)} of ${Math.ceil(durationSeconds)} s`;
  return '';
}

function chunksText(status: VideoStatus): string {
  if (status.chunksTotal === 0) return '';
  const total = `${status.chunksTotal}${status.acquireComplete ? '' : '+'}`;
  const cached = status.chunksCached > 0 ? `, ${status.chunksCached} from before` : '';
  return `${status.chunksDone}/${total} ${status.chunksTotal === 1 ? 'chunk' : 'chunks'}${cached}`;
}

const retryingText = (retrying: NonNullable<JobStatus['retrying']>): string =>
  `attempt ${retrying.attempt}: ${retrying.message}`;

/** The part of a job that is running now, in one short text: for one line per job, and for logs. */
export function activityText(status: JobStatus): string {
  if (isTerminal(status.status)) return status.status;
  if (status.status !== 'running')
    return [stateText(status), turnText(status)].filter((part) => part !== '').join(' · ');
  const detail =
    status.stage === 'metadata' ? (status.download?.message ?? '') : detailOf(status.stage, status);
  return detail === '' ? status.stage : `${status.stage} · ${detail}`;
}

/** A state in words; why it stands still where that is not the job's own doing. */
export function stateText({ status, stop }: Pick<JobStatus, 'status' | 'stop'>): string {
  const text = status.replace('_', ' ');
  return stop !== null && (status === 'paused' || status === 'queued')
    ? `${text} · all work is stopped`
    : text;
}

/** Where a job stands that waits for its turn, and for how long it does; nothing of one that does not. */
export function turnText({
  queuePosition,
  estimatedWaitSeconds,
}: Pick<JobStatus, 'queuePosition' | 'estimatedWaitSeconds'>): string {
  if (queuePosition === null) return '';
  const wait = estimatedWaitSeconds === null ? '' : `, in about ${durationText(estimatedWaitSeconds)}`;
  return `number ${queuePosition} of those that wait${wait}`;
}

/** Nobody is told of less than this. */
export const NEARLY_DONE_SECONDS = 2;

/** How long it may still take, or nothing while that is not known. */
export function remainingText(status: JobStatus, nowMs: number): string {
  if (status.estimatedCompletion === null || status.status !== 'running') return '';
  const seconds = (Date.parse(status.estimatedCompletion) - nowMs) / 1000;
  return seconds < NEARLY_DONE_SECONDS ? 'nearly done' : `about ${durationText(seconds)} left`;
}

/** `3 min to 7 min` */
export const rangeText = (lowSeconds: number, highSeconds: number): string =>
  `${durationText(lowSeconds)} to ${durationText(highSeconds)}`;

/** What to know of an estimate that is no measurement. */
export const basisText = (basis: JobStatus['estimateBasis']): string =>
  basis === 'assumed' ? ', assumed: too few jobs have completed here' : '';

/** `8 s`, `3 min 20 s`, `1 h 05 min`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 600)
    return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return minutes < 60
    ? `${minutes} min`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
