import type { JobState } from './job.ts';
import { REEL_STAGES, type ReelStage } from './reel.ts';

/** What a reel knows of its own advance. */
export interface MeasuredReel {
  state: JobState;
  stage: ReelStage;
  clipsTotal: number;
  clipsReady: number;
  clipsSkipped: number;
  secondsToEncode: number;
  secondsEncoded: number;
}

/** Each stage's share of a reel's time, in per cent: encoding on a processor is most of it. */
const WEIGHTS: Readonly<Record<ReelStage, number>> = {
  initialize: 1,
  download: 14,
  encode: 75,
  join: 7,
  publish: 3,
};

/** How much of a reel is done, 0–100. */
export function reelPercent(measured: MeasuredReel): number {
  if (measured.state === 'completed') return 100;
  const current = REEL_STAGES.indexOf(measured.stage);
  return REEL_STAGES.reduce((percent, stage, index) => {
    const share = index < current ? 1 : index > current ? 0 : reelShare(measured);
    return percent + WEIGHTS[stage] * share;
  }, 0);
}

/**
 * When a reel will be done, in milliseconds since the epoch, from the rate at which it has encoded so far; null
 * while that is not known.
 */
export function reelEnd(
  measured: MeasuredReel & { nowMs: number; encodingSinceMs: number | null },
): number | null {
  const { nowMs, encodingSinceMs, secondsEncoded, secondsToEncode, state } = measured;
  if (state !== 'running' || encodingSinceMs === null || secondsEncoded === 0) return null;
  const spentMs = nowMs - encodingSinceMs;
  const after = (WEIGHTS.join + WEIGHTS.publish) / WEIGHTS.encode;
  const left = (secondsToEncode * (1 + after) - secondsEncoded) / secondsEncoded;
  return nowMs + spentMs * Math.max(left, 0);
}

/** How much of the stage that runs is done, 0–1. */
export function reelShare({
  stage,
  clipsTotal,
  clipsReady,
  clipsSkipped,
  ...measured
}: Omit<MeasuredReel, 'state'>): number {
  if (stage === 'download') return clipsTotal === 0 ? 0 : (clipsReady + clipsSkipped) / clipsTotal;
  if (stage === 'encode' && measured.secondsToEncode > 0)
    return Math.min(1, measured.secondsEncoded / measured.secondsToEncode);
  return 0;
}
