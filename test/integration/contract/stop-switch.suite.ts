import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import { acceptJob as job } from '../../support/accept-job.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

/** What every engine must do with the emergency stop. */
export function stopSwitchSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(`${name}: the emergency stop`, () => {
    const database = emptyDatabase(place);
    let repositories: Repositories;
    const now = new Date('2026-11-24T12:00:00Z');
    const order = { by: 'ada', reason: 'Too much.' };

    beforeEach(() => {
      repositories = createRepositories(database.db, () => now);
    });

    const take = () => repositories.catalogue.takeToStart({ limit: 100, staleAfterMs: 1000 });

    test('holds until it is resumed, whoever repeats it, and each event is told once', async () => {
      const { stopSwitch } = repositories;
      expect(await stopSwitch.last()).toBeUndefined();
      expect(await stopSwitch.resume({ by: 'ada' })).toBe(false);
      const stops = await Promise.all(Array.from({ length: 5 }, () => stopSwitch.stop(order)));
      expect(stops.filter(({ changed }) => changed)).toHaveLength(1);
      const { number } = stops[0]?.event ?? { number: 0 };
      expect(await stopSwitch.last()).toEqual({ number, action: 'stop', ...order, at: now, toldAt: null });
      await stopSwitch.confirmTold(number);
      expect(await stopSwitch.last()).toMatchObject({ number, toldAt: now });
      expect(await stopSwitch.resume({ by: 'bob' })).toBe(true);
      expect(await stopSwitch.last()).toMatchObject({ action: 'resume', by: 'bob', toldAt: null });
    });

    test('accepts no job and gives no turn, whatever comes at the same time', async () => {
      const other = () => job({ tier: null, accountId: 'token_b' });
      await repositories.catalogue.accept([other()]);
      const [, ...asked] = await Promise.allSettled([
        repositories.stopSwitch.stop(order),
        ...Array.from({ length: 5 }, () => repositories.catalogue.accept([other()])),
      ]);
      expect(await take()).toEqual([]);
      await expect(repositories.catalogue.accept([job()])).rejects.toMatchObject({
        code: 'EmergencyStop',
        message: expect.stringMatching(/^ada stopped all work on 2026-11-24.*Too much\.$/) as string,
      });
      expect(await repositories.catalogue.usage('token_a', '2026-11')).toMatchObject({ videos: 0 });
      await repositories.stopSwitch.resume({ by: 'ada' });
      const accepted = 1 + asked.filter(({ status }) => status === 'fulfilled').length;
      expect(await take()).toHaveLength(accepted);
    });
  });
}
