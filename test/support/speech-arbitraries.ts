import fc from 'fast-check';
import type { SpeechRegion } from '../../src/domain/audio-chunk.ts';

/** Speech and the pause that follows it, in whole milliseconds. */
const speechAndPause = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(fc.integer({ min: 200, max: 40_000 }), fc.integer({ min: 20, max: 3_000 })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 200, max: 700_000 }), fc.integer({ min: 20, max: 700_000 })),
  },
);

export interface Recording {
  durationSeconds: number;
  regions: SpeechRegion[];
}

/** A recording as a speech detector sees it: ordered regions with gaps of at least 20 ms, some very long. */
export const recordingArbitrary: fc.Arbitrary<Recording> = fc
  .tuple(fc.integer({ min: 0, max: 400_000 }), fc.array(speechAndPause, { maxLength: 120, size: 'max' }))
  .map(([leadIn, stretches]) => {
    let clock = leadIn;
    const regions = stretches.map(([speech, pause]) => {
      const region = { start: clock / 1000, end: (clock + speech) / 1000 };
      clock += speech + pause;
      return region;
    });
    return { durationSeconds: Math.max(clock, 1) / 1000, regions };
  });
