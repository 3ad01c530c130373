import { expect, test } from 'vitest';
import { queueText, type PastSample } from '../../../src/cli/terminal/queue-text.ts';
import { rollUp } from '../../../src/domain/queue-history.ts';

const now = new Date('2026-11-24T13:00:00Z');
const status = {
  queue_depth: 3,
  active_workers: 2,
  estimated_wait_minutes: 4.5,
  processing_jobs: 6,
  estimated_wait_range_minutes: { low: 3, high: 7 },
  estimate_basis: 'measured' as const,
  estimate_accuracy: [
    { queue: 'clipscribe-short', of: 'wait' as const, count: 12, medianError: 0.184, withinRange: 0.583 },
  ],
};
const minute = (clock: string, overrides: Partial<PastSample> = {}): PastSample => ({
  ...rollUp([]),
  at: `2026-11-24T${clock}:00.000Z`,
  ...overrides,
});

test('the queue is shown as it is and as it was, in parts of five minutes', () => {
  const samples = [
    minute('12:52', { waitingJobs: 4, waitingJobsMaximum: 4, runningJobs: 6, workers: 2, started: 1 }),
    minute('12:53', { waitingJobs: 1, waitingJobsMaximum: 1, runningJobs: 5, workers: 2, failed: 1 }),
    minute('12:58', { waitingJobs: 0, waitingJobsMaximum: 0, estimatedWaitSeconds: 90, completed: 2 }),
  ];
  expect(queueText(status, samples, { hours: 1, now }).split('\n')).toEqual([
    'jobs             6 running, 3 waiting',
    'workers          2',
    'a new job waits  about 4 min 30 s (3 min to 7 min)',
    'estimates        wait on clipscribe-short 18 % off, 58 % in range, of 12',
    '',
    'FROM (UTC)        WAITING  AT MOST  RUNNING  WORKERS  WAIT        STARTED  COMPLETED  FAILED',
    '2026-11-24 12:52  2.5      4        5.5      2        –           1        0          1',
    '2026-11-24 12:58  0        0        –        –        1 min 30 s  0        2          0',
  ]);
});

test('a new installation says that nothing is known of before', () => {
  const text = queueText(
    { ...status, estimated_wait_minutes: null, estimate_basis: 'assumed', estimate_accuracy: [] },
    [],
    { hours: 1, now },
  );
  expect(text).toMatch(/nobody knows how long/);
  const idle = { ...status, active_workers: 0, estimated_wait_minutes: null };
  expect(queueText(idle, [], { hours: 1, now })).toMatch(/a new job waits +until a worker runs/);
  expect(text).toMatch(/Nothing is known of before/);
});
