import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Sweeper, type SweeperOptions } from '../../../src/api/sweeper.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Chores that are done at once and find nothing to do, but for those that a test names. */
function optionsWith(overrides: Partial<SweeperOptions>): SweeperOptions {
  const nothing = () => Promise.resolve();
  const chores = { dispatch: nothing, reconcile: nothing, startOwed: nothing, sweep: nothing, tell: nothing };
  return {
    ...{ dispatcher: chores, batchStarter: chores, idempotency: chores, stopTeller: chores },
    ...{ notifications: chores, incidents: chores, estimates: chores },
    ...{ tellCostWarnings: nothing, indexWhatIsMissing: nothing, keepQueueHistory: nothing },
    ...{ keepEstimates: nothing },
    report: () => undefined,
    ...overrides,
  } as unknown as SweeperOptions;
}

test('what takes longer than its interval is not begun again beside itself', async () => {
  const ends: (() => void)[] = [];
  const indexWhatIsMissing = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  const sweeper = new Sweeper(optionsWith({ indexWhatIsMissing }));
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(indexWhatIsMissing).toHaveBeenCalledTimes(1);
  ends.pop()?.();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(indexWhatIsMissing).toHaveBeenCalledTimes(2);
  ends.pop()?.();
  await sweeper.close();
});

test('what fails is reported, and tried again at the next turn', async () => {
  const report = vi.fn();
  const keepQueueHistory = vi.fn(() => Promise.reject(new Error('Something is wrong.')));
  const sweeper = new Sweeper(optionsWith({ keepQueueHistory, report }));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(keepQueueHistory).toHaveBeenCalledTimes(4);
  expect(report).toHaveBeenCalledTimes(4);
  await sweeper.close();
});
