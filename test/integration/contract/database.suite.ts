import { beforeEach, describe, expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import { TIERS } from '../../../src/domain/tiers.ts';
import type { AcceptJob } from '../../../src/ports/job-catalogue.ts';
import { acceptJob as job } from '../../support/accept-job.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

/** What every engine must do with accounts, jobs, quotas and keys. */
export function databaseSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(name, () => {
    const database = emptyDatabase(place);
    let now: Date;
    let repositories: Repositories;

    beforeEach(() => {
      now = new Date('2026-11-24T12:00:00Z');
      repositories = createRepositories(database.db, () => now);
    });

    const usage = (month = '2026-11') => repositories.catalogue.usage('token_a', month);
    const take = (staleAfterMs = 1000) => repositories.catalogue.takeToStart({ limit: 100, staleAfterMs });
    const settle = (
      { id, operationId }: AcceptJob,
      state: 'completed' | 'failed' = 'completed',
      durationSeconds = 60,
    ) =>
      repositories.catalogue.settle({
        id,
        operationId,
        state,
        title: 'A talk',
        durationSeconds,
        error: null,
      });

    test('opens again with what it held, and applies no migration twice', async () => {
      await database.checkReachable();
      const rows = await database.db.execute(
        sql`select count(*)::int as count from drizzle.__drizzle_migrations`,
      );
      expect((rows as unknown as { rows: { count: number }[] }).rows[0]?.count).toBeGreaterThan(0);
    });

    describe('tokens', () => {
      const token = (hash: string) =>
        ({ email: 'Ada@Example.org', tier: 'beta', isAdmin: false, hash, expiresAt: null }) as const;

      test('belong to one user per address and are found by their hash', async () => {
        expect(await repositories.accounts.hasTokens()).toBe(false);
        const [one, other] = [
          await repositories.accounts.createToken(token('1')),
          await repositories.accounts.createToken(token('2')),
        ];
        expect(other.userId).toBe(one.userId);
        expect(await repositories.accounts.findToken('2')).toMatchObject({
          id: other.id,
          email: 'ada@example.org',
          tier: 'beta',
        });
        expect(await repositories.accounts.findToken('3')).toBeUndefined();
        expect(await repositories.accounts.hasTokens()).toBe(true);
      });

      test('are revoked once and for all, and listed newest first in pages', async () => {
        const ids: string[] = [];
        for (const hash of ['1', '2', '3']) {
          ids.unshift((await repositories.accounts.createToken(token(hash))).id);
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        const [newest = '', middle = ''] = ids;
        const revoked = await repositories.accounts.revokeToken(newest);
        now = new Date('2026-12-01T00:00:00Z');
        expect((await repositories.accounts.revokeToken(newest))?.revokedAt).toEqual(revoked?.revokedAt);
        expect(await repositories.accounts.revokeToken('token_missing')).toBeUndefined();
        const pages = [
          await repositories.accounts.listTokens({ limit: 2, before: undefined }),
          await repositories.accounts.listTokens({ limit: 2, before: middle }),
        ];
        expect(pages.flat().map(({ id }) => id)).toEqual(ids);
      });

      test('remember when they were used, to the minute', async () => {
        const { id } = await repositories.accounts.createToken(token('1'));
        await repositories.accounts.touchToken(id);
        const first = now;
        now = new Date(now.getTime() + 30_000);
        await repositories.accounts.touchToken(id);
        expect((await repositories.accounts.findToken('1'))?.lastUsedAt).toEqual(first);
        now = new Date(now.getTime() + 60_000);
        await repositories.accounts.touchToken(id);
        expect((await repositories.accounts.findToken('1'))?.lastUsedAt).toEqual(now);
      });
    });

    describe('quotas', () => {
      test('never give more than the limit, however many ask at once', async () => {
        const limit = TIERS.alpha.videosPerMonth;
        const asked = await Promise.allSettled(
          Array.from({ length: limit + 15 }, () => repositories.catalogue.accept([job()])),
        );
        expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(limit);
        expect(await usage()).toMatchObject({ videos: limit });
        expect(
          await repositories.catalogue.list(
            { userId: 'user_a', states: ['accepted'] },
            { limit: 100, before: undefined },
          ),
        ).toHaveLength(limit);
      });

      test('refuse with the limit, the use and the day of the reset, and begin anew in the next month', async () => {
        now = new Date('2026-12-31T23:59:59Z');
        await repositories.catalogue.accept(Array.from({ length: 19 }, () => job()));
        await expect(repositories.catalogue.accept([job(), job()])).rejects.toMatchObject({
          code: 'QuotaExceeded',
          message: expect.stringMatching(/20 videos a month; 19 are used and 2 more.*2027-01-01/) as string,
        });
        now = new Date('2027-01-01T00:00:00Z');
        await repositories.catalogue.accept([job(), job()]);
        expect(await usage('2027-01')).toMatchObject({ videos: 2 });
        expect(await usage('2026-12')).toMatchObject({ videos: 19 });
      });

      test('are taken once by those who attach to each other, however many come at once', async () => {
        const { catalogue } = repositories;
        const receiver = (name: string) => ({ kind: 'mail', address: `${name}@example.org` }) as const;
        const asked = Array.from({ length: 10 }, (_, index) =>
          job({ sourceHash: 'same', receivers: [receiver(String(index))] }),
        );
        const ids = await Promise.all(asked.map((each) => catalogue.acceptOrAttach(each)));
        const [id = ''] = ids;
        expect(new Set(ids).size).toBe(1);
        expect(await usage()).toMatchObject({ videos: 1 });
        const told = await database.db.execute(
          sql`select address from notification_requests where subject_id = ${id}`,
        );
        expect((told as unknown as { rows: unknown[] }).rows).toHaveLength(asked.length);
        const [other, own] = [job({ sourceHash: 'other' }), asked.find((each) => each.id === id)];
        expect(await catalogue.acceptOrAttach(other)).toBe(other.id);
        expect(own && (await catalogue.acceptOrAttach(own))).toBe(id);
        await take();
        for (const each of asked) await settle(each);
        expect(ids).not.toContain(await catalogue.acceptOrAttach(job({ sourceHash: 'same' })));
      });

      test('count one job once, by its id', async () => {
        const accepted = job();
        await Promise.all(Array.from({ length: 10 }, () => repositories.catalogue.accept([accepted])));
        expect(await usage()).toMatchObject({ videos: 1 });
      });

      test('leave out work on what was counted before, whatever its end', async () => {
        const [video, proposal] = [job(), { ...job(), takesVideo: false as const }];
        await repositories.catalogue.accept([video, proposal]);
        expect(await usage()).toMatchObject({ videos: 1 });
        await take();
        await settle(proposal, 'failed');
        expect(await usage()).toMatchObject({ videos: 1, seconds: 0 });
      });

      test('are settled once with the true seconds, in the month of the reservation', async () => {
        const accepted = job();
        await repositories.catalogue.accept([accepted]);
        await take();
        now = new Date('2026-12-01T06:00:00Z');
        const settled = await Promise.all(
          Array.from({ length: 5 }, () => settle(accepted, 'completed', 61.5)),
        );
        expect(settled.filter(Boolean)).toHaveLength(1);
        expect(await usage()).toMatchObject({ videos: 1, seconds: 61.5 });
        expect(await usage('2026-12')).toMatchObject({ videos: 0, seconds: 0 });
        expect(await repositories.catalogue.find(accepted.id)).toMatchObject({
          state: 'completed',
          title: 'A talk',
          endedAt: now,
        });
      });

      test('may be changed for as long as the job waits', async () => {
        const waiting = job();
        await repositories.catalogue.accept([waiting]);
        const change = { priority: 9, start: { another: 'thing' } };
        expect(await repositories.catalogue.changeStart(waiting.id, change)).toBe(true);
        expect(await take()).toMatchObject([{ id: waiting.id, ...change }]);
        expect(await repositories.catalogue.changeStart(waiting.id, change)).toBe(false);
      });

      test('are given back by failures and by jobs that never started', async () => {
        const [failed, withdrawn] = [job(), job()];
        await repositories.catalogue.accept([failed, withdrawn]);
        expect((await take()).map(({ id }) => id)).toEqual([failed.id]);
        expect(await repositories.catalogue.withdraw(failed.id)).toBe(false);
        expect(await repositories.catalogue.withdraw(withdrawn.id)).toBe(true);
        await settle(failed, 'failed');
        expect(await usage()).toMatchObject({ videos: 0, seconds: 0 });
      });

      test('count a job that is done again once', async () => {
        const first = job();
        await repositories.catalogue.accept([first]);
        expect(await repositories.catalogue.acceptAgain({ ...first, operationId: 'redo' })).toBe(false);
        await take();
        await settle(first);
        const again = { ...first, operationId: 'redo' };
        expect(await repositories.catalogue.acceptAgain(again)).toBe(true);
        expect(await repositories.catalogue.acceptAgain(again)).toBe(true);
        expect(await usage()).toMatchObject({ videos: 1, seconds: 60 });
        await take();
        expect(await settle(first, 'completed', 80)).toBe(false);
        await settle(again, 'completed', 70);
        expect(await usage()).toMatchObject({ videos: 1, seconds: 70 });
      });
    });

    describe('an ended job', () => {
      const startOf = async (id: string) => (await repositories.catalogue.find(id))?.start;
      const start = {
        kind: 'videoIntelligence',
        input: { settings: {} },
        memo: { settings: {}, source: 'a' },
      };
      const ending = { state: 'completed', title: null, durationSeconds: 60, error: null } as const;

      test('keeps the settings that it had at its end, for the next run', async () => {
        const one = job({ start });
        const { id, operationId } = one;
        await repositories.catalogue.accept([one]);
        await take();
        const settings = { translateTo: ['de'] };
        await repositories.catalogue.settle({ id, operationId, ...ending, settings });
        expect(await startOf(id)).toEqual({ ...start, input: { settings }, memo: { settings, source: 'a' } });
      });

      test('that goes on holds its turn, is found by a stop and counts once; one that is done again does not', async () => {
        const one = job({ start });
        const { id, operationId } = one;
        await repositories.catalogue.accept([one]);
        await take();
        await settle(one);
        const { catalogue } = repositories;
        expect(await catalogue.reopen(id, operationId)).toBe(true);
        expect(await catalogue.reopen(id, operationId)).toBe(true);
        const held = await catalogue.heldByTemporal({ limit: 5, after: undefined });
        // No more of it: of ten thousand jobs this is read every minute.
        expect(held).toEqual([{ id, state: 'started', startedAt: null, operationId }]);
        expect(await catalogue.find(id)).toMatchObject({ endedAt: null });
        expect(await settle(one, 'completed', 70)).toBe(true);
        expect(await usage()).toMatchObject({ videos: 1, seconds: 70 });
        await repositories.catalogue.acceptAgain({ ...one, operationId: 'redo' });
        expect(await repositories.catalogue.reopen(id, operationId)).toBe(false);
      });
    });

    test('lists go on behind the last job, newest first, and show one user only', async () => {
      const mine: string[] = [];
      for (let index = 0; index < 5; index += 1) {
        now = new Date(now.getTime() + (index === 2 ? 0 : 1000));
        const accepted = job({ tier: null });
        await repositories.catalogue.accept([accepted, job({ userId: 'user_b', tier: null })]);
        mine.unshift(accepted.id);
      }
      const filter = { userId: 'user_a', states: ['accepted'] } as const;
      const listed: string[] = [];
      for (let before: { createdAt: Date; id: string } | undefined; ;) {
        const page = await repositories.catalogue.list(filter, { limit: 2, before });
        listed.push(...page.map(({ id }) => id));
        before = page.at(-1);
        if (page.length < 2) break;
      }
      expect(listed).toHaveLength(5);
      expect(new Set(listed)).toEqual(new Set(mine));
    });

    describe('idempotency keys', () => {
      const takeKey = (hash = 'hash', key = 'key', userId = 'user_a') =>
        repositories.idempotency.take(userId, key, hash);
      const answer = { status: 202, headers: { location: '/api/jobs/1' }, body: '{"id":1}' };

      test('are taken by one of many, and then answered alike', async () => {
        const states = await Promise.all(Array.from({ length: 20 }, () => takeKey()));
        expect(states.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
        expect(states.filter(({ kind }) => kind === 'in-flight')).toHaveLength(19);
        await repositories.idempotency.answer('user_a', 'key', answer);
        expect(await takeKey()).toEqual({ kind: 'answered', answer });
        await database.db.execute(sql`update idempotency_keys set body = ${answer.body}`);
        // One of before answers were encrypted.
        expect(await takeKey()).toEqual({ kind: 'answered', answer });
        expect(await takeKey('other')).toEqual({ kind: 'other-request' });
        expect(await takeKey('other', 'key', 'user_b')).toMatchObject({ kind: 'taken' });
      });

      test('stay one operation when they are given back, or when their process has died', async () => {
        const first = await takeKey();
        await repositories.idempotency.release('user_a', 'key');
        const second = await takeKey();
        expect(second).toEqual(first);
        now = new Date(now.getTime() + 31_000);
        expect(await takeKey()).toEqual(first);
        expect(await takeKey()).toEqual({ kind: 'in-flight' });
      });

      test('are free again after a day', async () => {
        const first = await takeKey();
        await repositories.idempotency.answer('user_a', 'key', answer);
        now = new Date(now.getTime() + 25 * 3600 * 1000);
        expect(await takeKey('other')).toMatchObject({ kind: 'taken' });
        await repositories.idempotency.sweep();
        expect(first).toMatchObject({ kind: 'taken' });
      });
    });
  });
}
