import { STAGES, type JobState, type StageName } from './job.ts';

/** What a job knows of its own advance. Seconds are seconds of the video. */
export interface MeasuredProgress {
  state: JobState;
  stage: StageName;
  /** Null while unknown. */
  durationSeconds: number | null;
  acquiredSeconds: number;
  acquireComplete: boolean;
  transcribedSeconds: number;
  chunksDone: number;
  chunksCached: number;
  windowsTotal: number;
  windowsDone: number;
}

/** Each stage's share of a job's time, in percent: transcription on a CPU is most of it. */
export const STAGE_WEIGHTS: Readonly<Record<StageName, number>> = {
  metadata: 1,
  acquire: 6,
  transcribe: 77,
  merge: 1,
  speakers: 1,
  corrections: 1,
  entities: 5,
  graph: 1,
  report: 1,
  translate: 3,
  subtitles: 1,
  publish: 2,
};

/** Stages that work on parts of the transcript, and count them. */
const DIVIDED_STAGES: ReadonlySet<StageName> = new Set(['entities', 'translate']);

/** Stages that run from the first chunk on, over which the rate is measured. */
const TIMED_STAGES = STAGES.slice(STAGES.indexOf('transcribe'));

/**
 * How much of the job is done, 0–100, from the weights of its stages. Does not fall while the duration stands;
 * as long as that is unknown, neither acquired nor transcribed seconds count.
 */
export function overallProgress(measured: MeasuredProgress): number {
  if (measured.state === 'completed') return 100;
  const points = STAGES.reduce(
    (total, stage) => total + STAGE_WEIGHTS[stage] * doneShare(stage, measured),
    0,
  );
  return Math.min(100, points);
}

/**
 * When the job will be done, in milliseconds since the epoch, from the rate it has itself shown since its first
 * chunk was started. Chunks from the stage cache took no time and do not count towards the rate.
 *
 * @returns null while nothing was measured, while the job does not run, or when it has ended
 */
export function estimateCompletion(
  measured: MeasuredProgress & { nowMs: number; transcriptionStartedAtMs: number | null },
): number | null {
  const { nowMs, transcriptionStartedAtMs, state, chunksDone, chunksCached } = measured;
  if (transcriptionStartedAtMs === null || state !== 'running') return null;
  const computedShare = chunksDone === 0 ? 0 : (chunksDone - chunksCached) / chunksDone;
  let measuredPoints = 0;
  let remainingPoints = 0;
  for (const stage of TIMED_STAGES) {
    const done = doneShare(stage, measured);
    measuredPoints += STAGE_WEIGHTS[stage] * done * (stage === 'transcribe' ? computedShare : 1);
    remainingPoints += STAGE_WEIGHTS[stage] * (1 - done);
  }
  if (measuredPoints === 0) return null;
  return nowMs + ((nowMs - transcriptionStartedAtMs) * remainingPoints) / measuredPoints;
}

/** How much of a stage is done, 0–1. Acquiring goes on while chunks are already transcribed. */
export function doneShare(stage: StageName, measured: MeasuredProgress): number {
  const current = STAGES.indexOf(measured.stage);
  const isPast = STAGES.indexOf(stage) < current;
  if (isPast && (stage === 'metadata' || current > STAGES.indexOf('transcribe'))) return 1;
  if (stage === 'acquire')
    return measured.acquireComplete ? 1 : shareOfVideo(measured.acquiredSeconds, measured);
  if (stage === 'transcribe') return shareOfVideo(measured.transcribedSeconds, measured);
  if (DIVIDED_STAGES.has(stage) && stage === measured.stage && measured.windowsTotal > 0) {
    return measured.windowsDone / measured.windowsTotal;
  }
  return 0;
}

function shareOfVideo(seconds: number, measured: MeasuredProgress): number {
  const { durationSeconds, acquiredSeconds, acquireComplete } = measured;
  if (acquireComplete) return acquiredSeconds > 0 ? Math.min(1, seconds / acquiredSeconds) : 1;
  if (durationSeconds === null || durationSeconds === 0) return 0;
  return seconds / Math.max(durationSeconds, acquiredSeconds);
}
