import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import { numberEntries } from '../../../src/domain/batch.ts';
import type { AcceptBatch } from '../../../src/ports/batch-catalogue.ts';
import type { AcceptJob } from '../../../src/ports/job-catalogue.ts';
import { acceptJob } from '../../support/accept-job.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

let count = 0;

/** What every engine must do with batches and their videos. */
export function batchSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(`batches in ${name}`, () => {
    const database = emptyDatabase(place);
    let now: Date;
    let repositories: Repositories;

    beforeEach(() => {
      now = new Date('2026-11-24T12:00:00Z');
      repositories = createRepositories(database.db, () => now);
    });

    const take = () => repositories.catalogue.takeToStart({ limit: 100, staleAfterMs: 1000 });
    const settle = (
      { id, operationId }: AcceptJob,
      state: 'completed' | 'failed' = 'completed',
      durationSeconds = 60,
    ) =>
      repositories.catalogue.settle({
        ...{ id, operationId, state, durationSeconds },
        ...{ title: 'A talk', error: null },
      });
    const entries = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...{ line: index + 1, url: `https://example.org/${index}`, title: null },
      }));
    const batch = (overrides: Partial<AcceptBatch> = {}): AcceptBatch => ({
      ...{ id: `batch_${(count += 1)}`, userId: 'user_a', accountId: 'token_a', tier: 'alpha' },
      ...{ name: null, playlistUrl: null, settings: { language: 'en' }, priority: 2 },
      ...overrides,
    });
    const accept = async (videos: number, overrides: Partial<AcceptBatch> = {}): Promise<string> => {
      const accepted = batch(overrides);
      await repositories.batches.accept(accepted, numberEntries(entries(videos)));
      return accepted.id;
    };
    const withJob = async (batchId: string, number: number): Promise<AcceptJob> => {
      const accepted = acceptJob({ batchId });
      await repositories.catalogue.accept([accepted]);
      await repositories.batches.noteJob(batchId, { number, jobId: accepted.id, attached: false });
      return accepted;
    };
    const countsOf = async (batchId: string) => (await repositories.batches.counts([batchId]))[0];

    test('have the secrets of signed links where no copy of the database shows them', async () => {
      const secret = '5ec2e7';
      const signed = ['a', 'b'].map((path) => `https://example.org/${path}.mp4?X-Amz-Signature=${secret}`);
      const [first = '', second = ''] = signed;
      const playlistUrl = `https://example.org/feed?token=${secret}`;
      const { id } = batch();
      const linesOf = (urls: string[]) => urls.map((url, index) => ({ line: index + 1, url, title: null }));
      const plain = 'https://example.org/c.mp4?t=5';
      const items = numberEntries(linesOf([first, plain, first]));
      await repositories.batches.accept(batch({ id }), items);
      const ofPlaylist = batch({ playlistUrl });
      await repositories.batches.accept(ofPlaylist, []);
      const urlsOf = async ({ batches } = repositories, batchId = id) =>
        (await batches.items(batchId, { states: undefined, after: 0, limit: 10 })).map(({ url }) => url);
      expect(await repositories.batches.find(ofPlaylist.id)).toMatchObject({ playlistUrl, isListed: false });
      expect(await repositories.batches.owedStarts(10)).toMatchObject([{ id }, { playlistUrl }]);
      await repositories.batches.addItems(ofPlaylist.id, null, numberEntries(linesOf([second])));
      expect(await urlsOf()).toEqual([first, plain, first]);
      expect(await urlsOf(repositories, ofPlaylist.id)).toEqual([second]);
      const stored = JSON.stringify(
        await Promise.all(
          ['batches', 'batch_items'].map((table) => database.db.execute(sql.raw(`select * from ${table}`))),
        ),
      );
      expect(stored).not.toContain(secret);
      for (const shown of ['https://example.org/a.mp4', plain, 'https://example.org/feed'])
        expect(stored).toContain(`"${shown}"`);
      // Whoever has another key sees what anybody may see.
      const others = createRepositories(database.db, () => now);
      expect(await urlsOf(others)).toEqual(['https://example.org/a.mp4', plain, 'https://example.org/a.mp4']);
      // Batches of before were kept whole.
      await database.db.execute(
        sql`update batch_items set url = ${second}, sealed_url = null where batch_id = ${id}`,
      );
      expect(await urlsOf()).toEqual([second, second, second]);
    });

    test('hold any number of videos, once', async () => {
      const accepted = batch();
      const many = numberEntries([...entries(2500), ...entries(1)]);
      await Promise.all(Array.from({ length: 3 }, () => repositories.batches.accept(accepted, many)));
      expect(await countsOf(accepted.id)).toMatchObject({ total: 2501, waiting: 2500, duplicate: 1 });
      const page = await repositories.batches.items(accepted.id, {
        ...{ states: ['waiting'], after: 2498, limit: 10 },
      });
      expect(page.map(({ number }) => number)).toEqual([2499, 2500]);
      expect(await repositories.batches.find(accepted.id)).toMatchObject({
        ...{ state: 'running', run: 1, settings: { language: 'en' }, endedAt: null },
      });
    });

    test('tell what their jobs tell', async () => {
      const batchId = await accept(5);
      const [done, failed] = [await withJob(batchId, 1), await withJob(batchId, 2)];
      await withJob(batchId, 3);
      await repositories.batches.noteRefusal(batchId, {
        ...{ number: 4, error: { code: 'QuotaExceeded', message: 'No more.', stage: null } },
      });
      expect(await countsOf(batchId)).toMatchObject({ queued: 3, failed: 1, waiting: 1 });
      for (const [accepted, state] of [
        [done, 'completed'],
        [failed, 'failed'],
      ] as const) {
        await take();
        await settle(accepted, state, 90);
      }
      await take();
      expect(await countsOf(batchId)).toMatchObject({ completed: 1, failed: 2, running: 1, waiting: 1 });
      expect(await repositories.batches.totals(batchId)).toEqual({ durationSeconds: 180, costUsd: 0 });
    });

    test('end once nothing more happens by itself, and not before', async () => {
      const batchId = await accept(2);
      expect(await repositories.batches.end(batchId)).toBe(false);
      const [one, other] = [await withJob(batchId, 1), await withJob(batchId, 2)];
      await take();
      await settle(one);
      expect(await repositories.batches.end(batchId)).toBe(false);
      await take();
      await repositories.catalogue.noteAttention([other.id], [other.id]);
      expect(await countsOf(batchId)).toMatchObject({ completed: 1, needsAttention: 1 });
      expect(await repositories.batches.end(batchId)).toBe(true);
      expect(await repositories.batches.find(batchId)).toMatchObject({ state: 'completed', endedAt: now });
    });

    test('give up what waits when they are cancelled, and keep the rest', async () => {
      const batchId = await accept(3);
      const { id } = await withJob(batchId, 1);
      await repositories.batches.requestCancel(batchId);
      await repositories.batches.requestCancel(batchId);
      expect(await countsOf(batchId)).toMatchObject({ queued: 1, cancelled: 2 });
      expect(await repositories.batches.openJobs(batchId)).toEqual([id]);
      await repositories.catalogue.withdraw(id);
      expect(await repositories.batches.end(batchId)).toBe(true);
      await repositories.batches.requestCancel(batchId);
      expect(await repositories.batches.find(batchId)).toMatchObject({ state: 'cancelled' });
    });

    test('are owed a start until it is confirmed, and again when it was lost', async () => {
      const batchId = await accept(1);
      const owed = async () => (await repositories.batches.owedStarts(10)).map(({ id }) => id);
      const started = () => repositories.batches.startedBatches({ limit: 10, after: undefined });
      expect([await owed(), await started()]).toEqual([[batchId], []]);
      await repositories.batches.confirmStarted(batchId, 2);
      expect(await owed()).toEqual([batchId]);
      await repositories.batches.confirmStarted(batchId, 1);
      expect([await owed(), await started()]).toEqual([[], [batchId]]);
      await repositories.batches.startAgain(batchId);
      expect(await owed()).toEqual([batchId]);
    });

    test('are listed newest first, each user their own', async () => {
      const ids: string[] = [];
      for (let minutes = 0; minutes < 3; minutes += 1) {
        now = new Date(now.getTime() + minutes * 60_000);
        ids.unshift(await accept(1));
      }
      await accept(1, { userId: 'user_b' });
      const first = await repositories.batches.list('user_a', { limit: 2, before: undefined });
      const before = first.at(-1);
      expect([
        ...first.map(({ id }) => id),
        ...(await repositories.batches.list('user_a', { limit: 2, before })).map(({ id }) => id),
      ]).toEqual(ids);
    });

    test('jobs that wait for a person take up no turn of their account', async () => {
      const [stuck, next] = [acceptJob(), acceptJob()];
      await repositories.catalogue.accept([stuck, next]);
      expect((await take()).map(({ id }) => id)).toEqual([stuck.id]);
      await repositories.catalogue.confirmStarted(stuck.id);
      expect(await take()).toEqual([]);
      await repositories.catalogue.noteAttention([stuck.id, next.id], [stuck.id]);
      expect((await take()).map(({ id }) => id)).toEqual([next.id]);
    });

    test('the same source is found again once it was completed, or while it is open', async () => {
      const [old, open, failed] = [acceptJob(), acceptJob(), acceptJob()];
      await repositories.catalogue.accept([old, open, failed]);
      await take();
      await settle(old);
      await take();
      const same = async () => (await repositories.catalogue.findSame('user_a', 'hash'))?.id;
      expect(await same()).toBe(old.id);
      expect(await repositories.catalogue.findSame('user_b', 'hash')).toBeUndefined();
      await repositories.catalogue.accept([acceptJob({ id: 'job_other', sourceHash: 'other' })]);
      expect((await repositories.catalogue.findSame('user_a', 'other'))?.id).toBe('job_other');
      await repositories.catalogue.withdraw('job_other');
      expect(await repositories.catalogue.findSame('user_a', 'other')).toBeUndefined();
    });
  });
}
