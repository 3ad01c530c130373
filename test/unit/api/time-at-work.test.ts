import { msToTs } from '@temporalio/common/lib/time.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LongestAtWork, secondsAtWork } from '../../../src/api/alerts/time-at-work.ts';

const START_MS = Date.parse('2026-11-25T12:00:00Z');
const QUEUE = 'clipscribe-short';
const at = (minute: number) => msToTs(START_MS + minute * 60_000);

interface Step {
  queue?: string;
  scheduled: number;
  started?: number;
  ended?: number;
  as?: 'Completed' | 'Failed' | 'TimedOut' | 'Canceled';
}

/** Steps as the server tells of them: those that have not ended are pending. All times are minutes. */
function told(steps: readonly Step[]) {
  const events = steps.flatMap(
    ({ queue = QUEUE, scheduled, started, ended, as = 'Completed' }, index): object[] => {
      const ends = ended !== undefined && started !== undefined;
      return [
        {
          eventId: index + 1,
          eventTime: at(scheduled),
          activityTaskScheduledEventAttributes: { activityId: `step-${index}`, taskQueue: { name: queue } },
        },
        // The server writes the start down when it writes the end down.
        ...(ends
          ? [
              {
                eventTime: at(started),
                activityTaskStartedEventAttributes: { scheduledEventId: index + 1 },
              },
              {
                eventTime: at(ended),
                [`activityTask${as}EventAttributes`]: { scheduledEventId: index + 1 },
              },
            ]
          : []),
      ];
    },
  );
  const pending = steps.flatMap(({ started, ended }, index) => {
    if (ended !== undefined) return [];
    const lastStartedTime = started === undefined ? null : at(started);
    return [{ activityId: `step-${index}`, state: started === undefined ? 1 : 2, lastStartedTime }];
  });
  return { events, pending };
}

const minutesAtWork = (steps: readonly Step[], now = 60): number => {
  const { events, pending } = told(steps);
  const place = { queue: QUEUE, nowMs: START_MS + now * 60_000 };
  return secondsAtWork(events as never, pending as never, place) / 60;
};

describe('the time that a job has been at work on a queue', () => {
  test.each<[string, Step[], number]>([
    ['is none before a step', [], 0],
    ['is none while its step waits for a worker', [{ scheduled: 0 }], 0],
    ['counts from the start of a step, not from when it was scheduled', [{ scheduled: 0, started: 55 }], 5],
    ['counts what has ended', [{ scheduled: 0, started: 10, ended: 25 }], 15],
    [
      'leaves the waits between steps out',
      [
        { scheduled: 0, started: 10, ended: 20 },
        { scheduled: 20, started: 50 },
      ],
      20,
    ],
    [
      'counts time of several steps once',
      [
        { scheduled: 0, started: 0, ended: 30 },
        { scheduled: 0, started: 10, ended: 20 },
        { scheduled: 0, started: 25, ended: 40 },
        { scheduled: 0, started: 50, ended: 55 },
      ],
      45,
    ],
    [
      'counts steps that failed, ran out of time or were cancelled',
      [
        { scheduled: 0, started: 0, ended: 1, as: 'Failed' },
        { scheduled: 0, started: 2, ended: 4, as: 'TimedOut' },
        { scheduled: 0, started: 5, ended: 9, as: 'Canceled' },
      ],
      7,
    ],
    [
      'leaves steps of other queues out',
      [
        { scheduled: 0, started: 0, ended: 40, queue: 'clipscribe' },
        { scheduled: 0, started: 5, queue: 'clipscribe-long' },
        { scheduled: 40, started: 58 },
      ],
      2,
    ],
    ['counts no step that was cancelled before a worker took it', [{ scheduled: 0, ended: 10 }], 0],
  ])('%s', (_, steps, minutes) => {
    expect(minutesAtWork(steps)).toBeCloseTo(minutes, 6);
  });
});

describe('the job that has been at work for longest', () => {
  const run = (name: string, startedMinute: number) => ({
    ...{ jobId: name, runId: name, startedMs: START_MS + startedMinute * 60_000 },
  });

  test('is found without reading those that are too young', async () => {
    const read: string[] = [];
    const longest = new LongestAtWork(({ jobId }) => {
      read.push(jobId);
      return Promise.resolve({ old: 0, busy: 900, young: 300 }[jobId] ?? 0);
    });
    const runs = [run('young', 50), run('busy', 30), run('old', 0)];
    expect(await longest.among(runs, START_MS + 60 * 60_000)).toBe(900);
    expect(read).toEqual(['old', 'busy']);
    // A minute later the old one, which waited, cannot have done more than a minute's work.
    read.length = 0;
    expect(await longest.among(runs, START_MS + 61 * 60_000)).toBe(900);
    expect(read).toEqual(['busy']);
  });

  test('is none where there is no job', async () => {
    expect(await new LongestAtWork(() => Promise.reject(new Error())).among([], START_MS)).toBe(0);
  });

  test('is right whatever jobs do', async () => {
    /** For each minute, which of the jobs work. */
    const minutes = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 4 })), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(minutes, async (working) => {
        const worked = [0, 0, 0, 0, 0];
        const longest = new LongestAtWork(({ jobId }) => Promise.resolve(worked[Number(jobId)] ?? 0));
        const runs = worked.map((_, index) => run(String(index), 0));
        for (const [minute, indexes] of working.entries()) {
          for (const index of indexes) worked[index] = (worked[index] ?? 0) + 60;
          const now = START_MS + (minute + 1) * 60_000;
          expect(await longest.among(runs, now)).toBe(Math.max(...worked));
        }
      }),
    );
  });
});
