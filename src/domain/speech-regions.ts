import type { SpeechRegion } from './audio-chunk.ts';
import { roundToMilliseconds } from './time.ts';

/**
 * The parts of regions that lie between `start` and `end`, in seconds from `start`: from a buffer's clock to a
 * chunk's. Rounded to milliseconds, regions that vanish in rounding are left out.
 */
export function regionsWithin(regions: readonly SpeechRegion[], start: number, end: number): SpeechRegion[] {
  return regions
    .map((region) => ({
      start: roundToMilliseconds(Math.max(region.start, start) - start),
      end: roundToMilliseconds(Math.min(region.end, end) - start),
    }))
    .filter((region) => region.start < region.end);
}

/** Seconds of speech in regions that do not overlap. */
export const speechSeconds = (regions: readonly SpeechRegion[]): number =>
  roundToMilliseconds(regions.reduce((total, region) => total + (region.end - region.start), 0));
