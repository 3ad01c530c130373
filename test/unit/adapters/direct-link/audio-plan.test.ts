import { describe, expect, it } from 'vitest';
import { planAudioRanges } from '../../../../src/adapters/direct-link/audio-plan.ts';
import { countBytes } from '../../../../src/adapters/direct-link/byte-ranges.ts';

/** An hour of video with 50 MB of sound in 2 GB. */
const TOTAL_BYTES = 2e9;
const AUDIO_BYTES = 50e6;
const interleaved = (pieces: number) =>
  Array.from({ length: pieces }, (_, index) => {
    const start = Math.floor((index * TOTAL_BYTES) / pieces);
    return { start, endExclusive: start + Math.floor(AUDIO_BYTES / pieces) };
  });

describe('planAudioRanges', () => {
  it('fetches little more than the sound of a camera file, with one range a request', () => {
    const plan = planAudioRanges(interleaved(3_600), TOTAL_BYTES, { seconds: 0.05, rangesPerRequest: 1 });
    expect(countBytes(plan ?? [])).toBeLessThan(AUDIO_BYTES * 1.1);
  });

  it('fetches little more than the sound of a file with sound between any two pictures, with many ranges a request', () => {
    const plan = planAudioRanges(interleaved(108_000), TOTAL_BYTES, { seconds: 0.05, rangesPerRequest: 100 });
    expect(countBytes(plan ?? [])).toBeLessThan(AUDIO_BYTES * 1.1);
  });

  it('takes the whole file where asking would take longer', () => {
    const cost = { seconds: 0.05, rangesPerRequest: 1 };
    expect(planAudioRanges(interleaved(108_000), TOTAL_BYTES, cost)).toBeUndefined();
  });

  it('takes the whole file where most of it is sound, or none of it', () => {
    const cost = { seconds: 0, rangesPerRequest: 1 };
    expect(planAudioRanges([{ start: 0, endExclusive: 700 }], 1_000, cost)).toBeUndefined();
    expect(planAudioRanges([], 1_000, cost)).toBeUndefined();
  });
});
