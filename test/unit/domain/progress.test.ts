import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STAGES } from '../../../src/domain/job.ts';
import {
  estimateCompletion,
  overallProgress,
  STAGE_WEIGHTS,
  type MeasuredProgress,
} from '../../../src/domain/progress.ts';

const fresh: MeasuredProgress = {
  state: 'running',
  stage: 'metadata',
  durationSeconds: null,
  acquiredSeconds: 0,
  acquireComplete: false,
  transcribedSeconds: 0,
  chunksDone: 0,
  chunksCached: 0,
  windowsTotal: 0,
  windowsDone: 0,
};

/** A job's whole life in small steps: acquiring in some number of steps, transcribing some chunks behind. */
function lifeOfJob(
  chunkCount: number,
  lag: number,
  durationKnown: boolean,
  windows: number,
): MeasuredProgress[] {
  const durationSeconds = durationKnown ? chunkCount * 200 : null;
  const life: MeasuredProgress[] = [fresh, { ...fresh, stage: 'acquire', durationSeconds }];
  for (let step = 1; step <= chunkCount + lag; step += 1) {
    const acquired = Math.min(step, chunkCount);
    const done = Math.max(0, step - lag);
    life.push({
      ...fresh,
      stage: done > 0 ? 'transcribe' : 'acquire',
      durationSeconds,
      acquiredSeconds: acquired * 200,
      acquireComplete: acquired === chunkCount,
      transcribedSeconds: done * 200,
      chunksDone: done,
    });
  }
  const transcribed = life.at(-1) ?? fresh;
  for (const stage of STAGES.slice(STAGES.indexOf('merge'))) {
    const steps = stage === 'entities' ? windows : 0;
    for (let windowsDone = 0; windowsDone <= steps; windowsDone += 1) {
      life.push({ ...transcribed, stage, windowsTotal: windows, windowsDone });
    }
  }
  life.push({ ...transcribed, stage: 'publish', state: 'completed' });
  return life;
}

const lifeArbitrary = fc
  .tuple(fc.nat(30), fc.nat(5), fc.boolean(), fc.nat(10))
  .map(([chunks, lag, known, windows]) => lifeOfJob(chunks, lag, known, windows));

describe('overallProgress', () => {
  it('rises from 0 to 100 over the life of a job and never falls', () => {
    fc.assert(
      fc.property(lifeArbitrary, (life) => {
        const points = life.map(overallProgress);
        expect(points[0]).toBe(0);
        expect(points.at(-1)).toBe(100);
        for (const [index, value] of points.entries()) {
          expect(value).toBeGreaterThanOrEqual(points[index - 1] ?? 0);
          expect(value).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it('has weights that add up to 100', () => {
    expect(Object.values(STAGE_WEIGHTS).reduce((total, weight) => total + weight, 0)).toBe(100);
  });

  it('is not complete before the job is', () => {
    const last = { ...fresh, stage: 'publish' as const, acquireComplete: true };
    expect(overallProgress(last)).toBeLessThan(100);
  });
});

describe('estimateCompletion', () => {
  const half: MeasuredProgress = {
    ...fresh,
    stage: 'transcribe',
    durationSeconds: 2000,
    acquiredSeconds: 2000,
    acquireComplete: true,
    transcribedSeconds: 1000,
    chunksDone: 5,
  };

  it('carries the measured rate on to what is left', () => {
    const estimate = estimateCompletion({ ...half, nowMs: 100_000, transcriptionStartedAtMs: 18_000 });
    const { transcribe, acquire, metadata } = STAGE_WEIGHTS;
    const later = 100 - transcribe - acquire - metadata;
    expect(estimate).toBeCloseTo(100_000 + (82_000 * (transcribe / 2 + later)) / (transcribe / 2), 3);
  });

  it('does not take cached chunks for speed', () => {
    const clock = { nowMs: 100_000, transcriptionStartedAtMs: 18_000 };
    const computed = estimateCompletion({ ...half, ...clock });
    const mostlyCached = estimateCompletion({ ...half, ...clock, chunksCached: 4 });
    expect(mostlyCached).toBeGreaterThan(computed ?? Infinity);
    expect(estimateCompletion({ ...half, ...clock, chunksCached: 5 })).toBeNull();
  });

  it('is never in the past, and unknown while nothing was measured or the job stands still', () => {
    fc.assert(
      fc.property(lifeArbitrary, (life) => {
        for (const measured of life) {
          const estimate = estimateCompletion({ ...measured, nowMs: 5000, transcriptionStartedAtMs: 1000 });
          if (estimate !== null) expect(estimate).toBeGreaterThanOrEqual(5000);
        }
      }),
    );
    const clock = { nowMs: 5000, transcriptionStartedAtMs: 1000 };
    expect(estimateCompletion({ ...half, nowMs: 5000, transcriptionStartedAtMs: null })).toBeNull();
    expect(estimateCompletion({ ...fresh, ...clock })).toBeNull();
    expect(estimateCompletion({ ...half, ...clock, state: 'paused' })).toBeNull();
    expect(estimateCompletion({ ...half, ...clock, state: 'needs_attention' })).toBeNull();
  });
});
