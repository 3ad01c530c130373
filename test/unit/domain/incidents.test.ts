import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertFacts } from '../../../src/domain/alerts.ts';
import { lookAt, summaryOf, type Incident } from '../../../src/domain/incidents.ts';

const START = Date.parse('2026-11-25T12:00:00Z');

const WELL: AlertFacts = {
  waitingJobs: 0,
  waitingReels: 0,
  estimatedWaitSeconds: 0,
  endedJobs: { completed: 20, failed: 0 },
  reelSeconds: null,
  shortRouteSeconds: 0,
  queues: [{ queue: 'clipscribe-short', oldestWaitingSeconds: null, workers: 1 }],
  workers: [{ name: 'short on a', isUp: true, freeSlots: { 'clipscribe-short': 6 }, memoryShare: 0.5 }],
  cost: { dayUsd: 0, usualDayUsd: 0 },
};

/** An installation that is looked at again and again, by a clock of its own. */
class Watched {
  readonly incidents = new Map<string, Incident>();
  minute = 0;
  #ids = 0;

  /** Looks once a minute. @returns what was opened and what ended, by alert */
  see(facts: Partial<AlertFacts>, minutes = 1, everyMinutes = 1): string[] {
    const news: string[] = [];
    for (let count = 0; count < minutes; count += 1) {
      this.minute += everyMinutes;
      const known = [...this.incidents.values()].filter(({ endedAt }) => endedAt === null);
      const { changed, passed } = lookAt({ ...WELL, ...facts }, known, {
        now: new Date(START + this.minute * 60_000),
        newId: () => `incident_${(this.#ids += 1)}`,
      });
      for (const { id } of passed) this.incidents.delete(id);
      for (const incident of changed) {
        const before = this.incidents.get(incident.id);
        if (incident.openedAt !== null && before?.openedAt == null) news.push(`${incident.alert} opened`);
        if (incident.endedAt !== null) news.push(`${incident.alert} ended`);
        this.incidents.set(incident.id, incident);
      }
    }
    return news;
  }
}

describe('an incident', () => {
  test('is opened once when its condition has held for long enough, and ends once when all has been well', () => {
    const watched = new Watched();
    expect(watched.see({ waitingJobs: 21 }, 5)).toEqual([]);
    expect(watched.see({ waitingJobs: 21 }, 30)).toEqual(['ClipScribeQueueDeep opened']);
    expect(watched.see({}, 5)).toEqual([]);
    expect(watched.see({}, 30)).toEqual(['ClipScribeQueueDeep ended']);
  });

  test('is not made of what passes before its time', () => {
    const watched = new Watched();
    for (let round = 0; round < 10; round += 1) {
      expect(watched.see({ waitingJobs: 30 }, 4)).toEqual([]);
      expect(watched.see({}, 1)).toEqual([]);
    }
    expect(watched.incidents.size).toBe(0);
  });

  test('does not flap with a value around its limit, nor with one that is well for a moment', () => {
    const watched = new Watched();
    watched.see({ waitingJobs: 25 }, 6);
    expect(watched.see({ waitingJobs: 19 }, 60)).toEqual([]);
    for (let round = 0; round < 10; round += 1) {
      expect(watched.see({ waitingJobs: 0 }, 4)).toEqual([]);
      expect(watched.see({ waitingJobs: 25 }, 2)).toEqual([]);
    }
    expect(watched.see({ waitingJobs: 16 }, 10)).toEqual(['ClipScribeQueueDeep ended']);
  });

  test('does not count what nobody looked at', () => {
    const watched = new Watched();
    expect(watched.see({ waitingJobs: 30 }, 4, 60)).toEqual([]);
    expect(watched.see({ waitingJobs: 30 }, 5)).toEqual(['ClipScribeQueueDeep opened']);
  });

  test('stays as it is while it cannot be told', () => {
    const watched = new Watched();
    const down = WELL.workers?.map((worker) => ({ ...worker, isUp: false })) ?? null;
    expect(watched.see({ workers: down }, 4)).toEqual(['ClipScribeWorkerDown opened']);
    expect(watched.see({ workers: null }, 60)).toEqual([]);
    expect(watched.see({}, 6)).toEqual(['ClipScribeWorkerDown ended']);
  });

  test('is one for each thing that it is about', () => {
    const watched = new Watched();
    const queues = ['clipscribe-short', 'clipscribe-long'].map((queue) => ({
      ...{ queue, oldestWaitingSeconds: 3, workers: 0 },
    }));
    expect(watched.see({ queues }, 6)).toEqual(['ClipScribeNoWorkers opened', 'ClipScribeNoWorkers opened']);
    expect(watched.see({ queues: queues.slice(0, 1) }, 10)).toEqual(['ClipScribeNoWorkers ended']);
    expect([...watched.incidents.values()].map(summaryOf)).toEqual([
      'Work waits on clipscribe-short, and no worker asks for it.',
      'Work waits on clipscribe-long, and no worker asks for it.',
    ]);
  });
});

test.each<[string, Partial<AlertFacts>, string[]]>([
  ['a deep queue', { waitingJobs: 51 }, ['ClipScribeQueueDeep', 'ClipScribeQueueVeryDeep']],
  [
    'an overfull queue',
    { waitingJobs: 101 },
    ['ClipScribeQueueDeep', 'ClipScribeQueueVeryDeep', 'ClipScribeQueueOverfull'],
  ],
  ['ten reels that wait', { waitingReels: 10 }, []],
  ['more than ten reels that wait', { waitingReels: 11 }, ['ClipScribeReelsWait']],
  ['a long wait', { estimatedWaitSeconds: 1801 }, ['ClipScribeWaitLong']],
  ['failures', { endedJobs: { completed: 94, failed: 6 } }, ['ClipScribeJobsFail']],
  [
    'many failures',
    { endedJobs: { completed: 8, failed: 2 } },
    ['ClipScribeJobsFail', 'ClipScribeManyJobsFail'],
  ],
  ['failures of a few', { endedJobs: { completed: 0, failed: 9 } }, []],
  ['slow reels', { reelSeconds: 601 }, ['ClipScribeReelSlow']],
  ['slow work on the short route', { shortRouteSeconds: 3001 }, ['ClipScribeShortRouteSlow']],
  [
    'full workers',
    {
      workers: [
        { name: 'a', isUp: true, freeSlots: { 'clipscribe-short': 0 }, memoryShare: 0.95 },
        { name: 'b', isUp: true, freeSlots: { 'clipscribe-short': 0 }, memoryShare: 0.5 },
      ],
    },
    ['ClipScribeWorkersFull', 'ClipScribeWorkerMemory'],
  ],
  ['unusual cost', { cost: { dayUsd: 11, usualDayUsd: 3 } }, ['ClipScribeCostUnusual']],
  ['cost as usual', { cost: { dayUsd: 11, usualDayUsd: 4 } }, []],
])('%s is noticed', (_, facts, alerts) => {
  const watched = new Watched();
  watched.see(facts, 15);
  const opened = [...watched.incidents.values()].filter(({ openedAt }) => openedAt !== null);
  expect(opened.map(({ alert }) => alert).toSorted()).toEqual(alerts.toSorted());
});

test('whatever happens, openings and ends take turns, and both are rare', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 120 }), (depths) => {
      const watched = new Watched();
      const news = depths.flatMap((waitingJobs) => watched.see({ waitingJobs }));
      news.forEach((each, index) =>
        expect(each).toBe(`ClipScribeQueueDeep ${index % 2 === 0 ? 'opened' : 'ended'}`),
      );
      // Five minutes to open, and five to end.
      expect(news.length).toBeLessThanOrEqual(Math.ceil(depths.length / 5));
    }),
  );
});
