import type { SubtitleCue } from './subtitle-cue.ts';
import type { SubtitleRules } from './subtitle-rules.ts';
import { textWidth } from './text-width.ts';
import { floorToMilliseconds, roundToMilliseconds } from './time.ts';

/** No two cues begin closer together; matters only where word times are broken. */
const MINIMUM_SPACING_SECONDS = 0.08;

/**
 * Gives cues, which come with the times of their speech, the times at which they are shown:
 *
 * - A cue begins with its speech, so that text and voice come together.
 * - It stays as long, and is read as slowly, as is comfortable (1 s, 17 characters a second by default), as far as
 *   the next cue, the longest time of a cue and the end of the media allow.
 * - A gap is left free before the next cue; a pause that would flicker is closed to that.
 * - Where that makes it shorter or faster than is tolerable (0.8 s, 20 characters a second), it stays until the
 *   next cue begins. What is still faster is faster in speech.
 */
export function timeCues(
  cues: readonly SubtitleCue[],
  durationSeconds: number,
  rules: SubtitleRules,
): SubtitleCue[] {
  const starts = spacedStarts(
    cues.map((cue) => cue.start),
    durationSeconds,
  );
  return cues.map((cue, index) => {
    const start = starts[index] ?? cue.start;
    const next = starts[index + 1];
    const limit = next ?? Math.max(durationSeconds, start + MINIMUM_SPACING_SECONDS);
    return { ...cue, start, end: endOf({ ...cue, start }, limit, next !== undefined, rules) };
  });
}

function endOf(cue: SubtitleCue, limit: number, hasNext: boolean, rules: SubtitleRules): number {
  const { maximumSeconds, comfortable, tolerable, gapSeconds, flickerSeconds } = rules;
  const { start } = cue;
  const width = textWidth((cue.speakerPrefix ?? '') + cue.lines.join(' '));
  const latest = Math.min(limit, start + maximumSeconds);
  const wanted = Math.max(cue.end, start + comfortable.seconds, start + width / comfortable.widthPerSecond);
  if (!hasNext) return ceilToMilliseconds(wanted, latest);

  const needed = start + Math.max(tolerable.seconds, width / tolerable.widthPerSecond);
  const beforeGap = limit - gapSeconds;
  if (beforeGap < Math.min(needed, latest)) return latest < limit ? Math.min(latest, beforeGap) : limit;
  if (limit - wanted < flickerSeconds) return ceilToMilliseconds(beforeGap, Math.min(beforeGap, latest));
  return ceilToMilliseconds(wanted, Math.min(beforeGap, latest));
}

/** Whole milliseconds, which is what the formats hold; never beyond the limit. */
const ceilToMilliseconds = (seconds: number, limit: number): number =>
  seconds < limit ? Math.min(limit, Math.ceil(seconds * 1000) / 1000) : floorToMilliseconds(limit);

/** Starts at least the minimum spacing apart, within the media as far as it has room for all. */
const spacedStarts = (starts: readonly number[], durationSeconds: number): number[] =>
  movedLater(movedEarlier(movedLater(starts), durationSeconds));

function movedLater(starts: readonly number[]): number[] {
  let earliest = 0;
  return starts.map((wanted) => {
    const start = roundToMilliseconds(Math.max(wanted, earliest));
    earliest = start + MINIMUM_SPACING_SECONDS;
    return start;
  });
}

function movedEarlier(starts: readonly number[], durationSeconds: number): number[] {
  let limit = durationSeconds;
  return starts
    .toReversed()
    .map((wanted) => {
      limit = Math.min(wanted, limit - MINIMUM_SPACING_SECONDS);
      return limit;
    })
    .reverse();
}
