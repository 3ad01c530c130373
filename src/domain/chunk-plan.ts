import type { SpeechRegion } from './audio-chunk.ts';
import { clamp, roundToMilliseconds } from './time.ts';

/** How long a chunk should be, in seconds. */
export interface ChunkLimits {
  minimumSeconds: number;
  targetSeconds: number;
  maximumSeconds: number;
}

/** The first chunk is short so that the first words of the transcript appear early, however long the video. */
const FIRST_CHUNK: ChunkLimits = { minimumSeconds: 45, targetSeconds: 60, maximumSeconds: 75 };
const SECOND_CHUNK: ChunkLimits = { minimumSeconds: 80, targetSeconds: 120, maximumSeconds: 160 };
/** The target is eight decoding windows of 28 s, one full batch of the transcriber. */
const LATER_CHUNK: ChunkLimits = { minimumSeconds: 150, targetSeconds: 224, maximumSeconds: 300 };

/** No cut makes a chunk shorter than this; only a recording that is shorter itself is one shorter chunk. */
export const SHORTEST_CHUNK_SECONDS = 20;

/** Pauses of a better tier win over any pause of a worse one: between sentences, a breath, any gap. */
const PAUSE_TIERS_SECONDS = [0.6, 0.3, 0.01] as const;
/** A longer pause than this does not make a cut safer. */
const FULLY_SAFE_PAUSE_SECONDS = 1.5;
/** How far from speech a cut stays inside a long pause. */
const SPEECH_MARGIN_SECONDS = 1;

export interface CutRequest {
  /** Speech in the buffer, in seconds from its start, which is the last cut. */
  regions: readonly SpeechRegion[];
  /** Where a cut inside speech hurts least, for speech without pauses. */
  quietPoints?: readonly number[];
  /** Seconds of audio in the buffer. */
  availableSeconds: number;
  /** True when the buffer ends with the recording. */
  isLast: boolean;
  /** Index of the chunk that is to be cut. */
  index: number;
}

/** The limits of the chunk with this index. */
export function chunkLimits(index: number): ChunkLimits {
  if (index === 0) return FIRST_CHUNK;
  return index === 1 ? SECOND_CHUNK : LATER_CHUNK;
}

/**
 * Seconds that the buffer must hold, unless it ends with the recording, before a chunk can be cut from it:
 * below this `nextCut` answers 'need-more', so a caller need not detect speech earlier.
 */
export const planningHorizonSeconds = (index: number): number =>
  chunkLimits(index).maximumSeconds + SHORTEST_CHUNK_SECONDS;

/**
 * Decides where the chunk at the start of the buffer ends, in seconds from the buffer's start.
 *
 * The decision rests on the audio up to the maximum length alone, and is taken only when the planning
 * horizon is there. So the plan is the same however the buffer grew, and a cut never leaves a rest too short
 * to be a chunk.
 *
 * The cut lies in a pause within the limits: long pauses near the target win. Without one it lies in a pause
 * before the minimum; where speech has no pause at all, at the quiet point nearest to the target, or at the
 * maximum. A stretch without speech is cut as long as the limits allow.
 */
export function nextCut(request: CutRequest): { cutSeconds: number } | 'need-more' {
  const { availableSeconds, isLast, index } = request;
  const limits = chunkLimits(index);
  if (availableSeconds >= planningHorizonSeconds(index)) {
    return { cutSeconds: bestCut(request, limits) };
  }
  if (!isLast) return 'need-more';
  if (availableSeconds <= limits.maximumSeconds) return { cutSeconds: availableSeconds };
  // Too long for one chunk, too short for a chunk at its maximum and a rest: share it between the two.
  return {
    cutSeconds: bestCut(request, {
      minimumSeconds: limits.minimumSeconds,
      targetSeconds: Math.max(limits.minimumSeconds, availableSeconds / 2),
      maximumSeconds: availableSeconds - SHORTEST_CHUNK_SECONDS,
    }),
  };
}

function bestCut({ regions, quietPoints = [] }: CutRequest, limits: ChunkLimits): number {
  const { minimumSeconds, maximumSeconds } = limits;
  const hasSpeech = regions.some((region) => region.start < maximumSeconds);
  const targetSeconds = hasSpeech ? limits.targetSeconds : maximumSeconds;
  const quietPoint = quietPoints
    .filter((point) => point >= minimumSeconds && point <= maximumSeconds)
    .reduce<number | undefined>((nearest, point) => nearer(nearest, point, targetSeconds), undefined);
  return (
    cutInBestPause(regions, { ...limits, targetSeconds }) ??
    cutInBestPause(regions, {
      minimumSeconds: SHORTEST_CHUNK_SECONDS,
      targetSeconds: minimumSeconds,
      maximumSeconds: minimumSeconds,
    }) ??
    roundToMilliseconds(quietPoint ?? maximumSeconds)
  );
}

const nearer = (nearest: number | undefined, point: number, target: number): number =>
  nearest === undefined || Math.abs(point - target) < Math.abs(nearest - target) ? point : nearest;

/** Where to cut in the pause with the best balance of length and nearness to the target; better tiers first. */
function cutInBestPause(regions: readonly SpeechRegion[], limits: ChunkLimits): number | undefined {
  const { minimumSeconds, targetSeconds, maximumSeconds } = limits;
  const candidates = pausesWithin(regions, minimumSeconds, maximumSeconds).map((pause) => {
    const lengthSeconds = pause.end - pause.start;
    const cutSeconds = cutInside(pause, targetSeconds);
    const distance = Math.abs(cutSeconds - targetSeconds) / (maximumSeconds - minimumSeconds);
    return { cutSeconds, lengthSeconds, score: Math.min(lengthSeconds, FULLY_SAFE_PAUSE_SECONDS) - distance };
  });
  for (const tier of PAUSE_TIERS_SECONDS) {
    const inTier = candidates.filter((candidate) => candidate.lengthSeconds >= tier);
    if (inTier.length > 0)
      return inTier.reduce((best, next) => (next.score > best.score ? next : best)).cutSeconds;
  }
  return undefined;
}

/** The parts of the pauses between regions that lie in `[start, end]`. */
function pausesWithin(regions: readonly SpeechRegion[], start: number, end: number): SpeechRegion[] {
  const pauses: SpeechRegion[] = [];
  let silentFrom = 0;
  for (const region of [...regions, { start: Infinity, end: Infinity }]) {
    const pause = { start: Math.max(silentFrom, start), end: Math.min(region.start, end) };
    if (pause.start < pause.end) pauses.push(pause);
    silentFrom = Math.max(silentFrom, region.end);
    if (silentFrom >= end) break;
  }
  return pauses;
}

/** The middle of a short pause; in a long one the point nearest to the target that keeps clear of speech. */
function cutInside(pause: SpeechRegion, targetSeconds: number): number {
  const margin = Math.min((pause.end - pause.start) / 2, SPEECH_MARGIN_SECONDS);
  return roundToMilliseconds(clamp(targetSeconds, pause.start + margin, pause.end - margin));
}
