import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chunkLimits,
  nextCut,
  planningHorizonSeconds,
  SHORTEST_CHUNK_SECONDS,
} from '../../../src/domain/chunk-plan.ts';
import { regionsWithin } from '../../../src/domain/speech-regions.ts';
import { recordingArbitrary, type Recording } from '../../support/speech-arbitraries.ts';

interface Span {
  start: number;
  end: number;
}

/** Plans a whole recording as the acquire activity does: a buffer from the last cut on, fed in steps. */
function planChunks({ durationSeconds, regions }: Recording, stepSeconds: readonly number[]): Span[] {
  const chunks: Span[] = [];
  let start = 0;
  let decoded = 0;
  for (let step = 0; start < durationSeconds; step += 1) {
    decoded = Math.min(durationSeconds, decoded + (stepSeconds[step % stepSeconds.length] ?? 1));
    for (;;) {
      const isLast = decoded === durationSeconds;
      const availableSeconds = toMilliseconds(decoded - start);
      if (availableSeconds === 0) break;
      const cut = nextCut({
        regions: regionsWithin(regions, start, decoded),
        availableSeconds,
        isLast,
        index: chunks.length,
      });
      if (cut === 'need-more') break;
      const end = toMilliseconds(start + cut.cutSeconds);
      chunks.push({ start, end });
      start = end;
    }
  }
  return chunks;
}

const toMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** Pauses as a plain reading of the definition, independent of the planner's own search. */
function hasPauseBetween(regions: readonly Span[], from: number, to: number): boolean {
  const edges = [0, ...regions.flatMap((region) => [region.start, region.end]), Infinity];
  for (let index = 0; index < edges.length; index += 2) {
    const length = Math.min(to, edges[index + 1] ?? Infinity) - Math.max(from, edges[index] ?? 0);
    if (length >= 0.3) return true;
  }
  return false;
}

const isInsideSpeech = (time: number, regions: readonly Span[]): boolean =>
  regions.some((region) => time > region.start + 0.001 && time < region.end - 0.001);

const evenSpeech = (durationSeconds: number, speech: number, pause: number): Recording => {
  const regions: Span[] = [];
  for (let start = 0; start + speech <= durationSeconds; start += speech + pause) {
    regions.push({ start: toMilliseconds(start), end: toMilliseconds(start + speech) });
  }
  return { durationSeconds, regions };
};

describe('nextCut', () => {
  it('tiles every recording exactly, without gap or overlap', () => {
    fc.assert(
      fc.property(recordingArbitrary, (recording) => {
        const chunks = planChunks(recording, [30]);
        expect(chunks[0]?.start).toBe(0);
        expect(chunks.at(-1)?.end).toBe(recording.durationSeconds);
        for (const [index, chunk] of chunks.entries()) {
          expect(chunk.end).toBeGreaterThan(chunk.start);
          if (index > 0) expect(chunk.start).toBe(chunks[index - 1]?.end);
        }
      }),
    );
  });

  it('keeps every chunk within its limits and makes no tiny rest', () => {
    fc.assert(
      fc.property(recordingArbitrary, (recording) => {
        const chunks = planChunks(recording, [30]);
        for (const [index, chunk] of chunks.entries()) {
          const length = chunk.end - chunk.start;
          expect(length).toBeLessThanOrEqual(chunkLimits(index).maximumSeconds + 1e-6);
          if (chunks.length > 1) expect(length).toBeGreaterThanOrEqual(SHORTEST_CHUNK_SECONDS - 1e-6);
        }
      }),
    );
  });

  it('reaches the minimum wherever a pause exists between minimum and maximum, and never cuts speech then', () => {
    fc.assert(
      fc.property(recordingArbitrary, (recording) => {
        const chunks = planChunks(recording, [30]);
        for (const [index, chunk] of chunks.slice(0, -1).entries()) {
          const { minimumSeconds, maximumSeconds } = chunkLimits(index);
          const latest = Math.min(
            maximumSeconds,
            recording.durationSeconds - chunk.start - SHORTEST_CHUNK_SECONDS,
          );
          const regions = regionsWithin(recording.regions, chunk.start, recording.durationSeconds);
          if (!hasPauseBetween(regions, minimumSeconds, latest)) continue;
          expect(chunk.end - chunk.start).toBeGreaterThanOrEqual(minimumSeconds - 1e-6);
          expect(isInsideSpeech(chunk.end, recording.regions)).toBe(false);
        }
      }),
    );
  });

  it('cuts speech only where it has no pause from the shortest chunk to the maximum', () => {
    fc.assert(
      fc.property(recordingArbitrary, (recording) => {
        const chunks = planChunks(recording, [45]);
        for (const [index, chunk] of chunks.slice(0, -1).entries()) {
          if (!isInsideSpeech(chunk.end, recording.regions)) continue;
          const regions = regionsWithin(recording.regions, chunk.start, recording.durationSeconds);
          const latest = Math.min(
            chunkLimits(index).maximumSeconds,
            recording.durationSeconds - chunk.start - SHORTEST_CHUNK_SECONDS,
          );
          expect(hasPauseBetween(regions, SHORTEST_CHUNK_SECONDS, latest)).toBe(false);
        }
      }),
    );
  });

  it('makes the same plan however the buffer grew', () => {
    const growth = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(recordingArbitrary, growth, (recording, thousandths) => {
        const steps = thousandths.map((share) => (share * recording.durationSeconds) / 1000);
        expect(planChunks(recording, steps)).toEqual(planChunks(recording, [recording.durationSeconds]));
      }),
    );
  });

  it('gives a short first chunk, a longer second and about 224 s from then on', () => {
    const lengths = planChunks(evenSpeech(3600, 5, 0.7), [30]).map((chunk) => chunk.end - chunk.start);
    expect(lengths[0]).toBeCloseTo(60, -1);
    expect(lengths[1]).toBeCloseTo(120, -1);
    for (const length of lengths.slice(2, -2)) expect(Math.abs(length - 224)).toBeLessThan(8);
  });

  it('asks for more audio below the planning horizon and decides at it', () => {
    const { regions } = evenSpeech(400, 5, 0.7);
    const horizon = planningHorizonSeconds(2);
    expect(nextCut({ regions, availableSeconds: horizon - 1, isLast: false, index: 2 })).toBe('need-more');
    expect(nextCut({ regions, availableSeconds: horizon, isLast: false, index: 2 })).not.toBe('need-more');
  });

  it('cuts in the middle of the pause, and prefers a long pause to a near one', () => {
    const regions = [
      { start: 0, end: 58 },
      { start: 58.4, end: 66 },
      { start: 67.2, end: 100 },
    ];
    expect(nextCut({ regions, availableSeconds: 100, isLast: false, index: 0 })).toEqual({
      cutSeconds: 66.6,
    });
  });

  it('takes the nearest quiet point in speech without pauses, else the maximum', () => {
    const regions = [{ start: 0, end: 400 }];
    const request = { regions, availableSeconds: 400, isLast: false, index: 2 };
    expect(nextCut({ ...request, quietPoints: [20, 160, 220, 310] })).toEqual({ cutSeconds: 220 });
    expect(nextCut(request)).toEqual({ cutSeconds: 300 });
  });

  it('keeps a recording up to the maximum in one chunk, and shares a slightly longer one in two', () => {
    expect(nextCut({ regions: [], availableSeconds: 3.2, isLast: true, index: 0 })).toEqual({
      cutSeconds: 3.2,
    });
    const chunks = planChunks(evenSpeech(80, 5, 0.7), [80]);
    expect(chunks).toHaveLength(2);
    for (const chunk of chunks) expect(chunk.end - chunk.start).toBeGreaterThanOrEqual(20);
  });

  it('cuts silence as long as the limits allow, clear of the speech that follows', () => {
    const silent = nextCut({ regions: [], availableSeconds: 1000, isLast: false, index: 2 });
    expect(silent).toEqual({ cutSeconds: 299 });
    const regions = [{ start: 290, end: 340 }];
    expect(nextCut({ regions, availableSeconds: 1000, isLast: false, index: 2 })).toEqual({
      cutSeconds: 224,
    });
  });
});
