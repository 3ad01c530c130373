import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dot, encodeEmbedding, normalised, unitEmbedding } from '../../../src/domain/voices.ts';

const vectorArbitrary = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 256 })
  .map((values) => Float32Array.from(values))
  .filter((values) => values.some((value) => Math.abs(value) > 0.01));

describe('an embedding as bytes', () => {
  it('keeps its direction, also where values are negative', () => {
    fc.assert(
      fc.property(vectorArbitrary, (values) => {
        const back = unitEmbedding(encodeEmbedding(values));
        expect(back).toHaveLength(values.length);
        expect(dot(back, normalised(values))).toBeGreaterThan(0.99);
        expect(dot(back, back)).toBeCloseTo(1, 4);
      }),
    );
  });

  it('tells opposite directions apart', () => {
    const one = unitEmbedding(encodeEmbedding(Float32Array.of(1, -1)));
    const other = unitEmbedding(encodeEmbedding(Float32Array.of(-1, 1)));
    expect(dot(one, other)).toBeCloseTo(-1, 4);
  });

  it('of nothing is nothing', () => {
    expect(unitEmbedding(encodeEmbedding(Float32Array.of(0, 0)))).toEqual(Float32Array.of(0, 0));
  });
});
