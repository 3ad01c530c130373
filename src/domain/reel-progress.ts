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

/**
 * When a reel will be done, in milliseconds since the epoch, from the rate at which it had encoded when the last part
 * was done; null while that is not known. So it stands still until the next part is done, in place of moving away
 * while one is in hand.
 */
export function reelEnd(
  measured: MeasuredReel & { encodingSinceMs: number | null; encodedAtMs: number | null },
): number | null {
  const { encodingSinceMs, encodedAtMs, secondsEncoded, secondsToEncode, state } = measured;
  if (state !== 'running' || encodingSinceMs === null || encodedAtMs === null || secondsEncoded === 0)
    return null;
  const share = Math.min(1, secondsEncoded / secondsToEncode);
  return encodingSinceMs + ((encodedAtMs - encodingSinceMs) / share) * (1 + AFTER_ENCODING);
}

/**
 * How long a reel still takes, in seconds, at the speeds at which its parts are being encoded now; null where none is
 * known. A part that has only just begun is taken to be as fast as the others.
 */
export function secondsUntilEncoded(
  { secondsToEncode, secondsEncoded }: Pick<MeasuredReel, 'secondsToEncode' | 'secondsEncoded'>,
  underWay: readonly Pick<PartProgress, 'speed'>[],
): number | null {
  const speeds = underWay.flatMap(({ speed }) => (speed === null || speed <= 0 ? [] : [speed]));
  if (speeds.length === 0) return null;
  const speed = (speeds.reduce((sum, one) => sum + one, 0) / speeds.length) * underWay.length;
  return (secondsToEncode - secondsEncoded) / speed + (secondsToEncode / speed) * AFTER_ENCODING;
}

/** How long a reel still takes that is being joined, in seconds, at the speed of now; null where that is not known. */
export function secondsUntilJoined({ seconds, totalSeconds, speed }: PartProgress): number | null {
  if (speed === null || speed <= 0) return null;
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
