import { clamp, roundToMilliseconds } from './time.ts';
import type { SpokenSentence } from './transcript-sentences.ts';

/** Sentences `first` to `last` of a transcript in one piece, and where to cut them out. Seconds. */
export interface MomentCandidate {
  first: number;
  last: number;
  start: number;
  end: number;
}

/** A shorter piece is a shout, not a moment. */
export const SHORTEST_MOMENT_SECONDS = 2;
/** A longer one is a chapter. */
export const LONGEST_MOMENT_SECONDS = 90;
/** Whoever is silent for so long within a moment loses the viewer. */
const LONGEST_PAUSE_WITHIN_SECONDS = 3;
/** How much of a pause is kept before the first word, and after the last one, where the pause is that long. */
const LEAD_SECONDS = 0.15;
const TAIL_SECONDS = 0.35;

/**
 * Where to cut sentences `first` to `last` out: on the borders of their words, or in the pauses around them, never
 * past the middle of a pause, so that two moments side by side do not overlap.
 */
export function cutAround(
  sentences: readonly SpokenSentence[],
  [first, last]: readonly [number, number],
  durationSeconds: number,
): MomentCandidate {
  const start = sentences[first]?.start ?? 0;
  const end = sentences[last]?.end ?? start;
  const { before, after } = pausesAround(sentences, [first, last], durationSeconds);
  return {
    first,
    last,
    start: clamp(roundToMilliseconds(start - Math.min(LEAD_SECONDS, before / 2)), 0, start),
    end: clamp(roundToMilliseconds(end + Math.min(TAIL_SECONDS, after / 2)), end, durationSeconds),
  };
}

/** How long nobody speaks before and after sentences. Seconds. */
export function pausesAround(
  sentences: readonly SpokenSentence[],
  [first, last]: readonly [number, number],
  durationSeconds: number,
): { before: number; after: number } {
  const start = sentences[first]?.start ?? 0;
  const end = sentences[last]?.end ?? 0;
  return {
    before: Math.max(0, start - (sentences[first - 1]?.end ?? 0)),
    after: Math.max(0, (sentences[last + 1]?.start ?? durationSeconds) - end),
  };
}

/** Every run of sentences that could be a moment of at most `longestSeconds`, in order. */
export function momentCandidates(
  sentences: readonly SpokenSentence[],
  { durationSeconds, longestSeconds }: { durationSeconds: number; longestSeconds: number },
): MomentCandidate[] {
  return sentences.flatMap((_, first) => {
    const runs: MomentCandidate[] = [];
    for (let last = first; last < sentences.length; last += 1) {
      const gap = last === first ? 0 : (sentences[last]?.start ?? 0) - (sentences[last - 1]?.end ?? 0);
      const cut = cutAround(sentences, [first, last], durationSeconds);
      const seconds = cut.end - cut.start;
      if (gap > LONGEST_PAUSE_WITHIN_SECONDS || seconds > longestSeconds) break;
      if (seconds >= SHORTEST_MOMENT_SECONDS) runs.push(cut);
    }
    return runs;
  });
}
