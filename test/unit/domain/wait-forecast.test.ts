import { describe, expect, test } from 'vitest';
import { accuracyOf } from '../../../src/domain/estimate-accuracy.ts';
import { estimateOf, median, quantile } from '../../../src/domain/estimate.ts';
import { ASSUMED_RATES, ratesOf, remainingWork, type RunRates } from '../../../src/domain/run-rates.ts';
import { WaitForecast, type OpenJobs } from '../../../src/domain/wait-forecast.ts';

/** Jobs that all take the same: estimates are exact. */
const rates: RunRates = { meanWorkSeconds: 60, variation: 0, stepsAtOnce: 1, works: [60] };
const jobs = (accountId: string, overrides: Partial<OpenJobs> = {}): OpenJobs => ({
  ...{ accountId, runningAtOnce: 1, weight: 1, priority: 5, count: 1, runningSeconds: null },
  ...overrides,
});
const waitIn = (forecast: WaitForecast, accountId: string, position: number, runningAtOnce = 1) =>
  forecast.of({ accountId, position, runningAtOnce }).wait.seconds;

describe('the forecast of waits', () => {
  test('an account’s jobs come one after the other where its tier lets one run', () => {
    const forecast = new WaitForecast([jobs('a', { runningSeconds: 0 }), jobs('a', { count: 3 })], 8, rates);
    expect([1, 2, 3, 4].map((position) => waitIn(forecast, 'a', position))).toEqual([60, 120, 180, 240]);
    expect(forecast.longestWait().seconds).toBe(240);
  });

  test('a job that has run for a while leaves less', () => {
    const forecast = new WaitForecast([jobs('a', { runningSeconds: 45 }), jobs('a')], 8, rates);
    expect(waitIn(forecast, 'a', 1)).toBeCloseTo(15);
  });

  test('a new account does not wait for the jobs of others, whose work it only slows down', () => {
    const many = jobs('many', { runningAtOnce: 4, count: 40 });
    const forecast = new WaitForecast([many], 2, rates);
    expect(forecast.of({ accountId: 'one', position: 1, runningAtOnce: 1 }).wait.seconds).toBe(0);
    // Four at once on two slots.
    expect(waitIn(forecast, 'many', 5, 4)).toBeCloseTo(120);
  });

  test('users of a level share the slots by their weights', () => {
    const open = [jobs('light', { count: 2 }), jobs('heavy', { count: 2, weight: 3 })];
    const forecast = new WaitForecast(open, 1, rates);
    expect(waitIn(forecast, 'heavy', 2)).toBeCloseTo(80);
    // Till then a quarter of the slot, and the same while the second one of the other runs.
    expect(waitIn(forecast, 'light', 2)).toBeCloseTo(180);
  });

  test('urgent jobs go first: others get what they leave', () => {
    const open = [jobs('batch', { count: 2, priority: 3 }), jobs('urgent', { count: 2, priority: 9 })];
    const forecast = new WaitForecast(open, 1, rates);
    expect(waitIn(forecast, 'urgent', 2)).toBeCloseTo(60);
    expect(waitIn(forecast, 'batch', 2)).toBeCloseTo(180);
  });

  test('ten thousand waiting jobs are forecast as the first few are', () => {
    const forecast = new WaitForecast([jobs('a', { runningAtOnce: 50, count: 10_000 })], 100, rates);
    expect(waitIn(forecast, 'a', 10_000, 50)).toBeCloseTo(((10_000 - 50) / 50) * 60, 0);
  });

  test('the range is the wider the fewer jobs it is over', () => {
    const unsure = { ...rates, variation: 0.8 };
    const forecast = new WaitForecast(
      [jobs('a', { runningSeconds: 0 }), jobs('a', { count: 30 })],
      8,
      unsure,
    );
    const width = (position: number): number => {
      const { wait } = forecast.of({ accountId: 'a', position, runningAtOnce: 1 });
      return wait.highSeconds / wait.lowSeconds;
    };
    expect(width(1)).toBeGreaterThan(2 * width(30));
  });
});

describe('rates', () => {
  const run = (workSeconds: number, runSeconds = workSeconds) => ({ workSeconds, runSeconds });

  test('are assumed, and very unsure, until three runs have completed', () => {
    expect(ratesOf([run(10), run(20)])).toBe(ASSUMED_RATES);
    expect(ratesOf([run(10), run(20), run(30)])).toMatchObject({ meanWorkSeconds: 20, stepsAtOnce: 1 });
    const { lowSeconds, highSeconds } = estimateOf(600, ASSUMED_RATES.variation);
    expect(highSeconds / lowSeconds).toBeGreaterThan(8);
  });

  test('of jobs that took longer than one has run, the mean is what it has left', () => {
    const measured = ratesOf([run(10), run(20), run(100), run(140)]);
    expect(remainingWork(measured, 50)).toBe(70);
    expect(remainingWork(measured, 500)).toBe(measured.meanWorkSeconds);
  });
});

test('past estimates are compared by queue, short waits left out', () => {
  const estimate = (seconds: number) => ({ seconds, lowSeconds: seconds / 2, highSeconds: seconds * 2 });
  const outcome = (waitedSeconds: number, endedSeconds: number) => ({
    ...{ queue: 'clipscribe-short', wait: estimate(100), waitedSeconds },
    ...{ end: estimate(200), endedSeconds },
  });
  expect(accuracyOf([outcome(80, 160), outcome(400, 1000), outcome(2, 100)])).toEqual([
    { queue: 'clipscribe-short', of: 'wait', count: 2, medianError: (0.25 + 0.75) / 2, withinRange: 0.5 },
    { queue: 'clipscribe-short', of: 'end', count: 3, medianError: 0.8, withinRange: 2 / 3 },
  ]);
});

test('quantiles lie between neighbours in proportion', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([0, 10], 0.2)).toBe(2);
});
