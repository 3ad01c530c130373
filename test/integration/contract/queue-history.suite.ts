import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import { Expectations } from '../../../src/api/queue/expectations.ts';
import { keepQueueHistory } from '../../../src/api/queue/history-keeper.ts';
import type { QueueProbe } from '../../../src/api/queue/queue-probe.ts';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import { GRAIN_MS, rollUp, type Grain } from '../../../src/domain/queue-history.ts';
import { acceptJob } from '../../support/accept-job.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

/** What every engine must keep of how the queues were. */
export function queueHistorySuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(`${name}: the history of the queues`, () => {
    const database = emptyDatabase(place);
    let repositories: Repositories;
    let now: Date;

    beforeEach(() => {
      now = new Date('2026-11-24T12:00:00Z');
      repositories = createRepositories(database.db, () => now);
    });

    const asked: Date[] = [];
    const probe: QueueProbe = {
      queues: () => {
        asked.push(now);
        const queue = { queue: 'clipscribe-short', workers: ['1@host', '2@host'], waitingSteps: 4 };
        return Promise.resolve([{ ...queue, oldestWaitingSeconds: 90, slots: 12, usedSlots: 12 }]);
      },
      openJobs: () => Promise.resolve({ queued: 1, running: 3, paused: 0, needs_attention: 0 }),
      queuedJobs: () => Promise.resolve(0),
    };
    const keep = (through: QueueProbe = probe): Promise<void> => {
      const expectations = new Expectations(repositories.estimates, through);
      return keepQueueHistory({ ...repositories, probe: through, expectations }, now);
    };
    const read = (grain: Grain) =>
      repositories.queueHistory.read({
        ...{ grain, limit: 2000 },
        from: new Date(0),
        to: new Date(now.getTime() + GRAIN_MS.hour),
      });
    const later = (ms: number): void => {
      now = new Date(now.getTime() + ms);
    };

    test('a minute says what waited and ran in it, on which queue, and what began and ended', async () => {
      const { catalogue } = repositories;
      const [done, waiting] = [acceptJob(), acceptJob()];
      await catalogue.accept([done]);
      await catalogue.takeToStart({ limit: 1, staleAfterMs: 1000 });
      await catalogue.confirmStarted(done.id);
      later(5_000);
      await catalogue.accept([waiting]);
      later(35_000);
      const end = { title: null, durationSeconds: 60, error: null };
      await catalogue.settle({ id: done.id, operationId: done.operationId, state: 'completed', ...end });
      later(30_000);
      await keep();
      const [kept, ...others] = await read('minute');
      expect(others).toEqual([]);
      expect(kept).toMatchObject({
        at: new Date('2026-11-24T12:00:00Z'),
        sample: {
          minutes: 1,
          waitingJobs: 2,
          waitingJobsMaximum: 2,
          runningJobs: 3,
          workers: 2,
          // On the queue of steps something has waited longer than the job for its turn.
          oldestWaitingSeconds: 90,
          ...{ started: 1, completed: 1, failed: 0, cancelled: 0 },
          queues: [{ queue: 'clipscribe-short', waitingSteps: 4, workers: 2, slots: 12, usedSlots: 12 }],
        },
      });
    });

    test('however many processes keep a minute, it is kept once, and looked at once it is kept no more', async () => {
      await Promise.all(Array.from({ length: 6 }, () => keep()));
      expect(await read('minute')).toHaveLength(1);
      asked.length = 0;
      await keep();
      expect(asked).toEqual([]);
    });

    test('while Temporal is away, what the database knows is kept', async () => {
      await repositories.catalogue.accept([acceptJob()]);
      later(60_000);
      const away = () =>
        Promise.reject(new ClipScribeError('ServiceUnavailable', 'Temporal does not answer.'));
      await keep({ queues: away, openJobs: away, queuedJobs: away });
      expect(await read('minute')).toMatchObject([
        {
          sample: { waitingJobs: 1, oldestWaitingSeconds: 60, runningJobs: null, workers: null, queues: [] },
        },
      ]);
    });

    test('an hour is made of its minutes once it is over, also after the service was away', async () => {
      await keep();
      const { sample } = (await read('minute'))[0] ?? {};
      for (let minutes = 0; minutes < 60; minutes += 1) {
        if (sample !== undefined) await repositories.queueHistory.keep(now, sample);
        later(GRAIN_MS.minute);
      }
      later(GRAIN_MS.minute);
      await keep();
      // The minute before noon and the sixty after it.
      expect((await read('hour')).map((hour) => [hour.at.toISOString(), hour.sample.minutes])).toEqual([
        ['2026-11-24T11:00:00.000Z', 1],
        ['2026-11-24T12:00:00.000Z', 60],
      ]);
      later(5 * GRAIN_MS.hour);
      await Promise.all([keep(), repositories.queueHistory.rollUp(), repositories.queueHistory.rollUp()]);
      const hours = await read('hour');
      expect(hours.map((hour) => hour.sample.minutes)).toEqual([1, 60, 1]);
      expect(hours[1]?.sample).toMatchObject({ waitingJobs: 1, runningJobs: 3, workers: 2 });
    });

    test('minutes go after a week, hours after a year', async () => {
      const { queueHistory } = repositories;
      await keep();
      later(GRAIN_MS.hour);
      await keep();
      later(7 * 24 * GRAIN_MS.hour - 2 * GRAIN_MS.minute);
      await queueHistory.rollUp();
      expect(await read('minute')).toHaveLength(1);
      later(GRAIN_MS.hour);
      await queueHistory.rollUp();
      expect(await read('minute')).toEqual([]);
      expect(await read('hour')).toHaveLength(2);
      later(358 * 24 * GRAIN_MS.hour);
      await queueHistory.rollUp();
      expect(await read('hour')).toEqual([]);
    });

    test('are read from a moment on and before another, so many at most', async () => {
      const { queueHistory } = repositories;
      const at = (minutes: number) => new Date(now.getTime() + minutes * GRAIN_MS.minute);
      for (const minutes of [2, 0, 1, 3]) await queueHistory.keep(at(minutes), rollUp([]));
      const found = await queueHistory.read({ grain: 'minute', from: at(1), to: at(3), limit: 10 });
      expect(found.map((each) => each.at)).toEqual([at(1), at(2)]);
      expect(await queueHistory.read({ grain: 'minute', from: at(0), to: at(9), limit: 3 })).toHaveLength(3);
    });
  });
}
