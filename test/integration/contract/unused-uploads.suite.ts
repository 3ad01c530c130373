import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import { acceptJob } from '../../support/accept-job.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

/** What every engine must do with uploads that no job uses yet. */
export function unusedUploadsSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(name, () => {
    const database = emptyDatabase(place);
    let now: Date;
    let repositories: Repositories;

    beforeEach(() => {
      now = new Date('2026-11-24T12:00:00Z');
      repositories = createRepositories(database.db, () => now);
    });

    const upload = (key: string, userId = 'user_a', bytes = 4 * 1024 ** 3) => ({ key, userId, bytes });
    const LIMIT = 10 * 1024 ** 3;

    test('uploads are counted up to the limit, however many come at once, and each once', async () => {
      const { unusedUploads } = repositories;
      const keys = ['1', '2', '3', '4', '5', '6'];
      const added = await Promise.all(keys.map((key) => unusedUploads.add(upload(key), LIMIT)));
      expect(added.filter(Boolean)).toHaveLength(2);
      const counted = keys.filter((_, index) => added[index]);
      for (const key of counted) expect(await unusedUploads.add(upload(key), LIMIT)).toBe(true);
      expect(await unusedUploads.heldBytes('user_a')).toBe(8 * 1024 ** 3);
      expect(await unusedUploads.add(upload('theirs', 'user_b'), LIMIT)).toBe(true);
      expect(await unusedUploads.announcedBefore('user_a', now)).toEqual([]);
      const later = new Date(now.getTime() + 1);
      expect((await unusedUploads.announcedBefore('user_a', later)).toSorted()).toEqual(counted);
      expect(await unusedUploads.usersBefore(now)).toEqual([]);
      expect((await unusedUploads.usersBefore(later)).toSorted()).toEqual(['user_a', 'user_b']);
      await unusedUploads.remove(counted);
      await unusedUploads.remove(counted);
      expect(await unusedUploads.usersBefore(later)).toEqual(['user_b']);
      expect(await unusedUploads.heldBytes('user_a')).toBe(0);
      expect(await unusedUploads.heldBytes('user_b')).toBe(4 * 1024 ** 3);
    });

    test('an upload is used when its job is accepted, and not by one that is refused', async () => {
      const { unusedUploads, catalogue } = repositories;
      await unusedUploads.add(upload('a'), LIMIT);
      const tooMany = Array.from({ length: 21 }, () => acceptJob({ uploads: ['a'] }));
      await expect(catalogue.accept(tooMany)).rejects.toMatchObject({ code: 'QuotaExceeded' });
      expect(await unusedUploads.heldBytes('user_a')).toBe(4 * 1024 ** 3);
      await catalogue.accept([acceptJob({ uploads: ['a', 'of before'] })]);
      expect(await unusedUploads.heldBytes('user_a')).toBe(0);
    });
  });
}
