import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regionsWithin, speechSeconds } from '../../../src/domain/speech-regions.ts';
import { recordingArbitrary } from '../../support/speech-arbitraries.ts';

describe('regionsWithin', () => {
  it('clips regions and counts from the start of the stretch', () => {
    const regions = [
      { start: 0, end: 2 },
      { start: 4, end: 6 },
      { start: 9, end: 12 },
    ];
    expect(regionsWithin(regions, 5, 10)).toEqual([
      { start: 0, end: 1 },
      { start: 4, end: 5 },
    ]);
  });

  it('loses no speech when a recording is divided', () => {
    fc.assert(
      fc.property(recordingArbitrary, fc.double({ min: 0, max: 1, noNaN: true }), (recording, share) => {
        const { durationSeconds, regions } = recording;
        const cut = Math.round(durationSeconds * share * 1000) / 1000;
        const divided =
          speechSeconds(regionsWithin(regions, 0, cut)) +
          speechSeconds(regionsWithin(regions, cut, durationSeconds));
        expect(divided).toBeCloseTo(speechSeconds(regions), 2);
      }),
    );
  });
});
