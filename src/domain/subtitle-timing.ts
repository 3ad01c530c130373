import { SUBTITLE_RULES, type SubtitleCue } from './subtitle-cue.ts';
import { textWidth } from './text-width.ts';
import { floorToMilliseconds, roundToMilliseconds } from './time.ts';

/** No two cues begin closer together; matters only where word times are broken. */
const MINIMUM_SPACING_SECONDS = 0.08;

/**
 * Gives cues, which come with the times of their speech, the times at which they are shown:
 *
 * - A cue begins with its speech, so that text and voice come together.
 * - It stays at least 1 s and so long that it need not be read faster than 17 characters a second, as far as the
 *   next cue, the limit of 7 s and the end of the media allow.
 * - Two frames are left free before the next cue; a gap that would flicker is closed to that.
 * - Where that makes it shorter than 0.8 s or faster than 20 characters a second, it stays until the next cue
 *   begins. What is still faster is faster in speech.
 */
export function timeCues(cues: readonly SubtitleCue[], durationSeconds: number): SubtitleCue[] {
  const starts = spacedStarts(
    cues.map((cue) => cue.start),
    durationSeconds,
  );
  return cues.map((cue, index) => {
    const start = starts[index] ?? cue.start;
    const next = starts[index + 1];
    const limit = next ?? Math.max(durationSeconds, start + MINIMUM_SPACING_SECONDS);
    return { ...cue, start, end: endOf(cue, start, limit, next !== undefined) };
  });
}

function endOf(cue: SubtitleCue, start: number, limit: number, hasNext: boolean): number {
  const { maximumSeconds, comfortable, tolerable, gapSeconds, flickerSeconds } = SUBTITLE_RULES;
  const width = textWidth((cue.speakerPrefix ?? '') + cue.lines.join(' '));
  const latest = Math.min(limit, start + maximumSeconds);
  const wanted = Math.max(cue.end, start + comfortable.seconds, start + width / comfortable.widthPerSecond);
  if (!hasNext) return ceilToMilliseconds(wanted, latest);

  const needed = start + Math.max(tolerable.seconds, width / tolerable.widthPerSecond);
  const beforeGap = limit - gapSeconds;
  if (beforeGap < Math.min(needed, latest)) return latest;
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
