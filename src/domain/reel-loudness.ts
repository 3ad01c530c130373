import type { Loudness } from './reel-clip.ts';

/** What clips are evened to (EBU R128 measures it): the level of podcasts and talks on phones. */
export const TARGET_LUFS = -16;

/** A clip this near to the target stays as it is: nobody hears it, and its sound can be copied. */
export const TOLERANCE_LU = 1;

/** More gain would bring up noise rather than speech. */
const MAXIMUM_GAIN_DB = 20;

/** How far peaks may be pressed by the limiter before a clip rather stays quieter than the target. */
const MAXIMUM_LIMITING_DB = 6;
const CEILING_DB = -2;

/**
 * The gain that brings a clip to the target: one factor for all of the clip, so that its own dynamics stay. Silent
 * clips stay silent; for clips with high single peaks the rest is left to a limiter, but not much of it.
 */
export function gainFor(loudness: Loudness | null): number {
  if (loudness?.integratedLufs == null) return 0;
  const wanted = Math.min(TARGET_LUFS - loudness.integratedLufs, MAXIMUM_GAIN_DB);
  if (Math.abs(wanted) <= TOLERANCE_LU) return 0;
  const headroom = CEILING_DB + MAXIMUM_LIMITING_DB - (loudness.truePeakDb ?? 0);
  return Number(Math.min(wanted, Math.max(headroom, 0)).toFixed(2));
}
