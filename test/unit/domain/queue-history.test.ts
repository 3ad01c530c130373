import { expect, test } from 'vitest';
import { rollUp, startOf, type QueueSample } from '../../../src/domain/queue-history.ts';

const minute = (overrides: Partial<QueueSample> = {}): QueueSample => ({
  minutes: 1,
  waitingJobs: 0,
  waitingJobsMaximum: 0,
  runningJobs: 0,
  workers: 1,
  estimatedWaitSeconds: 0,
  oldestWaitingSeconds: null,
  started: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  queues: [],
  ...overrides,
});
const queue = (waitingSteps: number, slots: number | null) => ({
  ...{ queue: 'clipscribe-short', workers: 1, waitingSteps, slots },
  ...{ usedSlots: slots, oldestWaitingSeconds: null },
});

test('an hour holds means of gauges, the most that waited, and sums of counts', () => {
  const hour = rollUp([
    minute({ waitingJobs: 2, waitingJobsMaximum: 2, started: 1, failed: 1, queues: [queue(4, 6)] }),
    minute({ waitingJobs: 5, waitingJobsMaximum: 5, started: 2, completed: 3, queues: [queue(1, null)] }),
    minute({ waitingJobs: 0, workers: null, runningJobs: null }),
  ]);
  expect(hour).toEqual({
    minutes: 3,
    waitingJobs: 2.33,
    waitingJobsMaximum: 5,
    runningJobs: 0,
    workers: 1,
    estimatedWaitSeconds: 0,
    oldestWaitingSeconds: null,
    started: 3,
    completed: 3,
    failed: 1,
    cancelled: 0,
    // Over the minutes in which it was told.
    queues: [{ ...queue(2.5, 6) }],
  });
});

test('of nothing nothing is told, rather than zero', () => {
  expect(rollUp([])).toMatchObject({ minutes: 0, waitingJobs: null, waitingJobsMaximum: null, started: 0 });
});

test('minutes and hours begin where clocks have them', () => {
  const at = new Date('2026-11-24T12:34:56.789Z');
  expect(startOf('minute', at).toISOString()).toBe('2026-11-24T12:34:00.000Z');
  expect(startOf('hour', at).toISOString()).toBe('2026-11-24T12:00:00.000Z');
});
