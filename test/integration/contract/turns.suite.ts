import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import { RESTING_PER_TURN, TIERS } from '../../../src/domain/tiers.ts';
import type { AcceptJob } from '../../../src/ports/job-catalogue.ts';
import { acceptJob as job } from '../../support/accept-job.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

/** To which jobs every engine must give the turns of an account. */
export function turnsSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(`${name}: turns`, () => {
    const database = emptyDatabase(place);
    let now: Date;
    let repositories: Repositories;

    beforeEach(() => {
      now = new Date('2026-11-24T12:00:00Z');
      repositories = createRepositories(database.db, () => now);
    });

    const take = (staleAfterMs = 1000) => repositories.catalogue.takeToStart({ limit: 100, staleAfterMs });
    const settle = ({ id, operationId }: AcceptJob) =>
      repositories.catalogue.settle({
        ...{ id, operationId, state: 'completed' },
        ...{ title: 'A talk', durationSeconds: 60, error: null },
      });

    test('go to the most urgent first, as many at once as the tier lets run', async () => {
      const [slow, urgent, unlimited] = [
        job(),
        job({ priority: 9 }),
        job({ accountId: 'local', tier: null, priority: 1 }),
      ];
      await repositories.catalogue.accept([slow, urgent, unlimited]);
      expect(new Set((await take()).map(({ id }) => id))).toEqual(new Set([urgent.id, unlimited.id]));
      await repositories.catalogue.confirmStarted(urgent.id);
      await repositories.catalogue.confirmStarted(unlimited.id);
      expect(await take()).toEqual([]);
      await settle(urgent);
      expect((await take()).map(({ id }) => id)).toEqual([slow.id]);
    });

    test('are given out once, also to processes that ask at the same time', async () => {
      await repositories.catalogue.accept(Array.from({ length: 30 }, () => job({ tier: null })));
      const taken = (await Promise.all(Array.from({ length: 6 }, () => take()))).flat();
      expect(taken).toHaveLength(30);
      expect(new Set(taken.map(({ id }) => id)).size).toBe(30);
    });

    test('of jobs that are paused or wait for a download are free until those go on', async () => {
      const [first, second, third, fourth] = [job(), job(), job(), job()];
      await repositories.catalogue.accept([first]);
      const next = async (...added: AcceptJob[]): Promise<string[]> => {
        await repositories.catalogue.accept(added);
        return (await take()).map(({ id }) => id);
      };
      expect(await next()).toEqual([first.id]);
      await repositories.catalogue.confirmStarted(first.id);
      await repositories.catalogue.noteRest(first.id, 'paused');
      // A look at its download does not take a paused job for one that goes on.
      await repositories.catalogue.noteDownloads([first.id], []);
      expect(await next(second)).toEqual([second.id]);
      await repositories.catalogue.confirmStarted(second.id);
      await repositories.catalogue.noteDownloads([first.id, second.id], [second.id]);
      expect(await next(third)).toEqual([third.id]);
      await repositories.catalogue.confirmStarted(third.id);
      // Both go on: the account is over by two, and has no turn until it is under its limit again.
      await repositories.catalogue.noteRest(first.id, null);
      await repositories.catalogue.noteDownloads([first.id, second.id, third.id], []);
      for (const done of [third, second]) {
        expect(await next(fourth)).toEqual([]);
        await settle(done);
      }
      expect(await next()).toEqual([]);
      await settle(first);
      expect(await next()).toEqual([fourth.id]);
    });

    test('are free of so many that rest, and no more', async () => {
      const resting = TIERS.beta.runningAtOnce * RESTING_PER_TURN;
      const all = Array.from({ length: resting + 3 }, () => job({ tier: 'beta' }));
      await repositories.catalogue.accept(all);
      let taken = 0;
      for (let more = await take(); more.length > 0; more = await take()) {
        taken += more.length;
        for (const { id } of more) {
          await repositories.catalogue.confirmStarted(id);
          await repositories.catalogue.noteRest(id, 'paused');
        }
      }
      expect(taken).toBe(resting + TIERS.beta.runningAtOnce);
    });

    test('come again when nobody confirmed them, or when they were put back', async () => {
      const [lost, putBack] = [job({ tier: null }), job({ tier: null })];
      await repositories.catalogue.accept([lost, putBack]);
      await take();
      await repositories.catalogue.putBack(putBack.id);
      expect((await take()).map(({ id }) => id)).toEqual([putBack.id]);
      await repositories.catalogue.confirmStarted(putBack.id);
      now = new Date(now.getTime() + 2000);
      expect((await take()).map(({ id }) => id)).toEqual([lost.id]);
    });

    test('or none: jobs that have not ended are listed in pages, with what they start with, until they end', async () => {
      const { catalogue } = repositories;
      const [waiting, taken, started, ended] = ['a', 'b', 'c', 'd'].map((id) =>
        job({ id, tier: null, start: { input: id } }),
      ) as [AcceptJob, AcceptJob, AcceptJob, AcceptJob];
      await catalogue.accept([taken, started, ended]);
      await take();
      await catalogue.accept([waiting]);
      await catalogue.confirmStarted('c');
      await settle(ended);
      expect(await catalogue.openJobs({ limit: 2, after: undefined })).toEqual([
        { id: 'a', start: { input: 'a' }, isHeld: false },
        { id: 'b', start: { input: 'b' }, isHeld: true },
      ]);
      expect(await catalogue.openJobs({ limit: 2, after: 'b' })).toEqual([
        { id: 'c', start: { input: 'c' }, isHeld: true },
      ]);
    });
  });
}
