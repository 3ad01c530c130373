import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contiguousEnd,
  countBytes,
  mergeRanges,
  missingRanges,
} from '../../../../src/adapters/direct-link/byte-ranges.ts';

const SIZE = 60;
const someRanges = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: SIZE }), fc.integer({ min: 0, max: SIZE }))
    .map(([a, b]) => ({ start: Math.min(a, b), endExclusive: Math.max(a, b) })),
  { maxLength: 12 },
);
const bytesOf = (ranges: { start: number; endExclusive: number }[]): Set<number> =>
  new Set(
    ranges.flatMap(({ start, endExclusive }) =>
      Array.from({ length: endExclusive - start }, (_, i) => start + i),
    ),
  );

describe('ranges of bytes', () => {
  it('keep every byte and add none when they are merged, in order and apart', () => {
    fc.assert(
      fc.property(someRanges, (ranges) => {
        const merged = mergeRanges(ranges);
        expect(bytesOf(merged)).toEqual(bytesOf(ranges));
        expect(countBytes(merged)).toBe(bytesOf(ranges).size);
        merged.slice(1).forEach((range, index) => {
          expect(range.start).toBeGreaterThan(merged[index]?.endExclusive ?? Infinity);
        });
      }),
    );
  });

  it('take in gaps up to the limit and no larger ones', () => {
    fc.assert(
      fc.property(someRanges, fc.integer({ min: 0, max: 20 }), (ranges, gap) => {
        const merged = mergeRanges(ranges, gap);
        for (const byte of bytesOf(ranges)) expect(bytesOf(merged)).toContain(byte);
        merged.slice(1).forEach((range, index) => {
          expect(range.start - (merged[index]?.endExclusive ?? 0)).toBeGreaterThan(gap);
        });
      }),
    );
  });

  it('miss exactly what is wanted and not present', () => {
    fc.assert(
      fc.property(someRanges, someRanges, (wanted, present) => {
        const missing = missingRanges(mergeRanges(wanted), mergeRanges(present));
        const expected = [...bytesOf(wanted)].filter((byte) => !bytesOf(present).has(byte));
        expect(bytesOf(missing)).toEqual(new Set(expected));
      }),
    );
  });

  it('reach from the start to the first gap', () => {
    expect(contiguousEnd([])).toBe(0);
    expect(contiguousEnd([{ start: 1, endExclusive: 5 }])).toBe(0);
    expect(contiguousEnd([{ start: 0, endExclusive: 5 }])).toBe(5);
  });
});
