import type { PartProgress } from './part-progress.ts';
import { REEL_STAGES, type ReelProgress } from './reel.ts';

/** What a reel knows of its own advance. */
export type MeasuredReel = Pick<
  ReelProgress,
  | 'state'
  | 'stage'
  | 'durationSeconds'
  | 'clipsTotal'
  | 'clipsReady'
  | 'clipsSkipped'
  | 'clipsArriving'
  | 'secondsToEncode'
  | 'secondsEncoded'
  | 'secondsJoined'
>;

/** Each stage's share of a reel's time, in per cent: encoding on a processor is most of it. */
const WEIGHTS: Readonly<Record<ReelProgress['stage'], number>> = {
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

/** What comes after encoding, in shares of it. */
const AFTER_ENCODING = (WEIGHTS.join + WEIGHTS.publish) / WEIGHTS.encode;

/** So long work goes on, and so much of it is done, before its rate says when it will be done. */
const TELLING = { seconds: 10, share: 0.05 };

/**
 * When a reel will be done, in milliseconds since the epoch, by the rate at which all has been encoded so far; null
 * while too little has been. A rate over all of the time stays calm where that of a moment does not.
 *
 * @param encodingSinceMs when encoding began, later by as long as it was held
 * @param countedAtMs when the seconds were counted that are encoded
 */
export function reelEnd(
  measured: Pick<MeasuredReel, 'state' | 'secondsEncoded' | 'secondsToEncode'> & {
    encodingSinceMs: number | null;
    countedAtMs: number | null;
  },
): number | null {
  const { encodingSinceMs, countedAtMs, secondsEncoded, secondsToEncode, state } = measured;
  if (state !== 'running' || encodingSinceMs === null || countedAtMs === null) return null;
  const share = shareOf(secondsEncoded, secondsToEncode);
  const elapsedMs = countedAtMs - encodingSinceMs;
  if (share < TELLING.share || elapsedMs < TELLING.seconds * 1000) return null;
  return encodingSinceMs + (elapsedMs / share) * (1 + AFTER_ENCODING);
}

/**
 * How long a reel still takes that is being joined, in seconds, at the speed of the whole join so far; null while too
 * little of it is done.
 */
export function secondsUntilJoined({ seconds, totalSeconds, speed }: PartProgress): number | null {
  if (speed === null || speed <= 0) return null;
  if (shareOf(seconds, totalSeconds) < TELLING.share || seconds / speed < TELLING.seconds) return null;
  return (totalSeconds - seconds + totalSeconds * (WEIGHTS.publish / WEIGHTS.join)) / speed;
}

/** How much of the stage that runs is done, 0–1. */
export function reelShare({ stage, ...measured }: Omit<MeasuredReel, 'state'>): number {
  const { clipsTotal, clipsReady, clipsSkipped, clipsArriving } = measured;
  switch (stage) {
    case 'download':
      return shareOf(clipsReady + clipsSkipped + clipsArriving, clipsTotal);
    case 'encode':
      return shareOf(measured.secondsEncoded, measured.secondsToEncode);
    case 'join':
      return shareOf(measured.secondsJoined, measured.durationSeconds ?? 0);
    default:
      return 0;
  }
}

const shareOf = (done: number, total: number): number => (total > 0 ? Math.min(1, done / total) : 0);
