import type { ByteRange } from '../../ports/artifact-store.ts';

/**
 * Sets of bytes of one file, kept as ordered lists of ranges that neither overlap nor touch.
 */

/** Ranges in any order and overlapping, as such a list; gaps of up to `maxGapBytes` are taken in. */
export const mergeRanges = (ranges: readonly ByteRange[], maxGapBytes = 0): ByteRange[] => {
  const merged: ByteRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    if (range.endExclusive <= range.start) continue;
    const last = merged.at(-1);
    if (last !== undefined && range.start - last.endExclusive <= maxGapBytes) {
      last.endExclusive = Math.max(last.endExclusive, range.endExclusive);
    } else {
      merged.push({ ...range });
    }
  }
  return merged;
};

/** What of `wanted` is not in `present` (both merged). */
export const missingRanges = (wanted: readonly ByteRange[], present: readonly ByteRange[]): ByteRange[] => {
  const missing: ByteRange[] = [];
  let index = 0;
  for (const { start, endExclusive } of wanted) {
    let position = start;
    while (index < present.length && (present[index] as ByteRange).endExclusive <= position) index += 1;
    for (let next = index; next < present.length; next += 1) {
      const part = present[next] as ByteRange;
      if (part.start >= endExclusive) break;
      if (part.start > position) missing.push({ start: position, endExclusive: part.start });
      position = Math.max(position, part.endExclusive);
    }
    if (position < endExclusive) missing.push({ start: position, endExclusive });
  }
  return missing;
};

/** How many bytes a merged list holds. */
export const countBytes = (ranges: readonly ByteRange[]): number =>
  ranges.reduce((sum, { start, endExclusive }) => sum + endExclusive - start, 0);

/** The end of what is there without a gap from the start of the file. */
export const contiguousEnd = (present: readonly ByteRange[]): number =>
  present[0]?.start === 0 ? present[0].endExclusive : 0;
