import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import type { AcceptJob } from '../../../src/ports/job-catalogue.ts';
import { acceptJob } from '../../support/accept-job.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

/** What every engine must tell of the installation, and keep of what users think. */
export function statisticsSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(`${name}: numbers and feedback`, () => {
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
    const accept = async (overrides: Partial<AcceptJob> = {}): Promise<AcceptJob> => {
      const job = acceptJob({ tier: 'alpha', ...overrides });
      await repositories.catalogue.accept([job]);
      return job;
    };
    /** Runs a job that waits, for so many seconds. */
    const run = async (
      { id, operationId }: AcceptJob,
      seconds: number,
      state: 'completed' | 'failed' = 'completed',
    ): Promise<void> => {
      await repositories.catalogue.takeToStart({ limit: 100, staleAfterMs: 1000 });
      await repositories.catalogue.confirmStarted(id);
      later(seconds);
      const error =
        state === 'failed' ? { code: 'DiskFull', message: 'It is full.', stage: 'acquire' } : null;
      const end = { title: null, durationSeconds: 60, error };
      await repositories.catalogue.settle({ id, operationId, state, ...end });
    };

    test('a waiting job has its place among those of its account, in the order of turns', async () => {
      const { statistics } = repositories;
      const running = await accept();
      await repositories.catalogue.takeToStart({ limit: 100, staleAfterMs: 1000 });
      later(1);
      const [first, second] = [await accept(), await accept()];
      later(1);
      const [last, urgent] = [await accept(), await accept({ priority: 9 })];
      await accept({ accountId: 'token_b', priority: 10 });
      const places = await Promise.all(
        [running, urgent, first, second, last].map(({ id }) => statistics.turnOf(id)),
      );
      expect(places[0]).toBeUndefined();
      expect(places[1]).toBe(1);
      // Accepted in the same moment: the id decides.
      expect(places.slice(2, 4).toSorted()).toEqual([2, 3]);
      expect(places[4]).toBe(4);
      expect(await statistics.turnOf('job_missing')).toBeUndefined();
      expect(await statistics.waitingJobs()).toBe(5);
      await accept({ start: { kind: 'reelStitch' } });
      expect(await statistics.waitingJobs()).toBe(6);
      expect(await statistics.waitingJobs('reelStitch')).toBe(1);
    });

    test('the line of an account has its waiting jobs in the order of turns, and nobody else', async () => {
      const { statistics } = repositories;
      const { accountId } = await accept();
      await repositories.catalogue.takeToStart({ limit: 100, staleAfterMs: 1000 });
      later(1);
      const first = await accept();
      later(1);
      const [last, urgent] = [await accept(), await accept({ priority: 9 })];
      await accept({ accountId: 'token_b', priority: 10 });
      expect(await statistics.waitingOf(accountId)).toEqual([urgent.id, first.id, last.id]);
      expect(await statistics.waitingOf('token_missing')).toEqual([]);
    });

    test('the mean is over what completed lately, and null while nothing did', async () => {
      const { statistics } = repositories;
      await run(await accept(), 1000, 'failed');
      expect(await statistics.meanJobSeconds()).toBeNull();
      await run(await accept(), 60);
      await run(await accept(), 120);
      expect(await statistics.meanJobSeconds()).toBeCloseTo(90);
      later(8 * 24 * 3600);
      expect(await statistics.meanJobSeconds()).toBeNull();
    });

    test('ends, failures, tokens and use are counted', async () => {
      const { statistics, accounts } = repositories;
      const failed = await accept();
      await run(failed, 10, 'failed');
      await run(await accept(), 10);
      const since = new Date(now.getTime() - 15_000);
      expect(await statistics.endedJobs(since)).toEqual({ completed: 1, failed: 1, cancelled: 0 });
      expect(await statistics.failedJobs(5)).toMatchObject([{ jobId: failed.id, code: 'DiskFull' }]);
      expect(await statistics.usage('2026-11')).toEqual({
        month: '2026-11',
        videos: 1,
        seconds: 60,
        costUsd: 0,
      });
      expect(await statistics.usage('2026-10')).toMatchObject({ videos: 0 });
      const token = { email: 'ada@example.org', tier: 'beta', isAdmin: false } as const;
      const { id } = await accounts.createToken({ ...token, hash: '1', expiresAt: null });
      await accounts.createToken({ ...token, hash: '2', expiresAt: new Date(now.getTime() - 1) });
      await accounts.createToken({ ...token, hash: '3', expiresAt: null });
      await accounts.revokeToken(id);
      expect(await statistics.tokens()).toEqual([{ tier: 'beta', valid: 1, total: 3 }]);
    });

    test('nine in ten reels of late took no longer than this', async () => {
      const { statistics } = repositories;
      const since = new Date(now);
      expect(await statistics.reelSeconds(since)).toBeNull();
      await run(await accept(), 5000);
      for (let seconds = 10; seconds <= 110; seconds += 10)
        await run(await accept({ start: { kind: 'reelStitch' } }), seconds);
      expect(await statistics.reelSeconds(since)).toBeCloseTo(100, 3);
      later(1);
      expect(await statistics.reelSeconds(now)).toBeNull();
    });

    test('the newest feedback of a user on a job replaces the one before', async () => {
      const { feedback } = repositories;
      expect(await feedback.summary()).toEqual({ count: 0, meanRating: null });
      await feedback.give({ jobId: 'job_1', userId: 'ada', rating: 1, words: 'No.' });
      later(1);
      await feedback.give({ jobId: 'job_2', userId: 'bob', rating: 4, words: '' });
      later(1);
      await feedback.give({ jobId: 'job_1', userId: 'ada', rating: 5, words: 'Yes.' });
      expect(await feedback.summary()).toEqual({ count: 2, meanRating: 4.5 });
      expect(await feedback.newest(1)).toEqual([
        { jobId: 'job_1', userId: 'ada', rating: 5, words: 'Yes.', at: now },
      ]);
    });
  });
}
