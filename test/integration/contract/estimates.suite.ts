import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import { keepEstimates } from '../../../src/api/queue/estimate-keeper.ts';
import { Expectations } from '../../../src/api/queue/expectations.ts';
import type { QueueProbe } from '../../../src/api/queue/queue-probe.ts';
import type { MeasuredRun } from '../../../src/domain/run-rates.ts';
import type { AcceptJob } from '../../../src/ports/job-catalogue.ts';
import { acceptJob } from '../../support/accept-job.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

/** What every engine must keep of how long jobs take, and were said to take. */
export function estimatesSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(`${name}: estimates`, () => {
    const database = emptyDatabase(place);
    let repositories: Repositories;
    let now: Date;

    beforeEach(() => {
      now = new Date('2026-11-24T12:00:00Z');
      repositories = createRepositories(database.db, () => now);
    });

    const later = (seconds: number): void => {
      now = new Date(now.getTime() + seconds * 1000);
    };
    const run = (seconds: number): MeasuredRun => ({
      ...{ queue: 'clipscribe-short', mediaSeconds: 600, runSeconds: seconds, workSeconds: seconds },
      stages: [{ stage: 'transcribe', seconds }],
    });
    const accept = async (overrides: Partial<AcceptJob> = {}): Promise<AcceptJob> => {
      const job = acceptJob({ tier: 'alpha', ...overrides });
      await repositories.catalogue.accept([job]);
      return job;
    };
    const startNext = async (): Promise<void> => {
      for (const { id } of await repositories.catalogue.takeToStart({ limit: 100, staleAfterMs: 1000 }))
        await repositories.catalogue.confirmStarted(id);
    };
    const complete = async ({ id: jobId, operationId }: AcceptJob, seconds: number): Promise<void> => {
      const end = { title: null, durationSeconds: 600, error: null };
      await repositories.catalogue.settle({ id: jobId, operationId, state: 'completed', ...end });
      const kept = { jobId, operationId, kind: 'videoIntelligence', run: run(seconds) };
      await repositories.estimates.keepRun(kept);
      await repositories.estimates.keepRun(kept);
    };
    const probeOf = (workers: string[]): QueueProbe => ({
      queues: () =>
        Promise.resolve([
          {
            ...{ queue: 'clipscribe-short', workers, waitingSteps: 0, oldestWaitingSeconds: null },
            ...{ slots: workers.length * 6, usedSlots: 0 },
          },
        ]),
      openJobs: () => Promise.resolve({ queued: 0, running: 0, paused: 0, needs_attention: 0 }),
      queuedJobs: () => Promise.resolve(0),
    });
    const expectationsOf = (workers = ['1@host']) =>
      new Expectations(repositories.estimates, probeOf(workers), 0);

    test('jobs that wait or run are told by account and priority, those that wait for a person or rest not', async () => {
      await accept();
      await accept({ accountId: 'token_b', tier: null, priority: 9 });
      await startNext();
      later(34);
      const [needy] = [await accept({ accountId: 'token_c', tier: 'beta' })];
      await startNext();
      await accept();
      await accept();
      await repositories.catalogue.noteAttention([needy.id], [needy.id]);
      const paused = await accept({ accountId: 'token_d', tier: 'beta' });
      await startNext();
      await repositories.catalogue.noteRest(paused.id, 'paused');
      const open = await repositories.estimates.openJobs();
      expect(
        open.toSorted(
          (one, other) =>
            one.accountId.localeCompare(other.accountId) ||
            (one.runningSeconds ?? 0) - (other.runningSeconds ?? 0),
        ),
      ).toEqual([
        { accountId: 'token_a', runningAtOnce: 1, weight: 1, priority: 5, count: 2, runningSeconds: null },
        { accountId: 'token_a', runningAtOnce: 1, weight: 1, priority: 5, count: 1, runningSeconds: 34 },
        { accountId: 'token_b', runningAtOnce: null, weight: 1, priority: 9, count: 1, runningSeconds: 34 },
      ]);
    });

    test('an estimate is kept once for a new job, and compared with the truth when it has come', async () => {
      for (const seconds of [100, 100, 100]) {
        const job = await accept();
        await startNext();
        later(seconds);
        await complete(job, seconds);
      }
      later(120);
      const [first, second] = [await accept(), await accept({ priority: 3 })];
      await startNext();
      expect(
        (await repositories.estimates.newcomers(10)).map(({ jobId, position }) => [jobId, position]),
      ).toEqual(
        expect.arrayContaining([
          [first.id, 0],
          [second.id, 1],
        ]),
      );
      await keepEstimates(repositories.estimates, expectationsOf());
      expect(await repositories.estimates.newcomers(10)).toEqual([]);
      await keepEstimates(repositories.estimates, expectationsOf());
      later(80);
      await complete(first, 80);
      await startNext();
      later(100);
      expect(await repositories.estimates.outcomes(10)).toMatchObject([{ endedSeconds: 80 }]);
      await complete(second, 100);
      const outcomes = await repositories.estimates.outcomes(10);
      const waited = outcomes.find(({ waitedSeconds }) => waitedSeconds > 0);
      expect(waited).toMatchObject({ queue: 'clipscribe-short', waitedSeconds: 80, endedSeconds: 180 });
      // All runs took the same so far: the first one was said to take 100 s.
      expect(waited?.wait.seconds).toBeCloseTo(100);
      const { accuracy, basis } = await expectationsOf().read();
      expect(basis).toBe('measured');
      expect(accuracy).toMatchObject([
        { queue: 'clipscribe-short', of: 'wait', count: 1 },
        { queue: 'clipscribe-short', of: 'end', count: 2 },
      ]);
      expect(accuracy[0]?.medianError).toBeCloseTo(0.25);
    });

    test('nothing is estimated while nobody works', async () => {
      await accept();
      await keepEstimates(repositories.estimates, expectationsOf([]));
      expect(await repositories.estimates.newcomers(10)).toHaveLength(1);
      expect((await expectationsOf([]).read()).forecast).toBeNull();
    });

    test('runs and estimates go after a month, and older runs tell nothing', async () => {
      const job = await accept();
      await startNext();
      await keepEstimates(repositories.estimates, expectationsOf());
      later(10);
      await complete(job, 10);
      expect(await repositories.estimates.recentRuns()).toMatchObject([
        { kind: 'videoIntelligence', ...run(10) },
      ]);
      later(31 * 24 * 3600);
      expect(await repositories.estimates.recentRuns()).toEqual([]);
      await repositories.estimates.sweep();
      expect(await repositories.estimates.outcomes(10)).toEqual([]);
    });
  });
}
