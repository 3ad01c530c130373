import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import type { Incident } from '../../../src/domain/incidents.ts';
import type { Incidents } from '../../../src/ports/incidents.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** What every engine must do with incidents. */
export function incidentsSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(`${name}: incidents`, () => {
    const database = emptyDatabase(place);
    let incidents: Incidents;
    let now: Date;
    const at = new Date('2026-11-24T12:00:00Z');
    const held = (id: string, overrides: Partial<Incident> = {}): Incident => ({
      ...{ id, alert: 'ClipScribeQueueDeep', subject: '', value: 30, heldSince: at },
      ...{ openedAt: null, calmSince: null, endedAt: null, seenAt: at },
      ...overrides,
    });

    const NEWEST = { limit: 10, before: undefined };

    beforeEach(() => {
      now = at;
      incidents = createRepositories(database.db, () => now).incidents;
    });

    test('are kept as they were seen, and forgotten where they never were any', async () => {
      await incidents.keep({ changed: [held('a'), held('b', { subject: 'x' })], passed: [] });
      expect(await incidents.list(NEWEST)).toEqual([]);
      const opened = held('b', { subject: 'x', openedAt: at, value: 40 });
      await incidents.keep({ changed: [opened], passed: [held('a')] });
      expect(await incidents.pending()).toEqual([opened]);
      expect(await incidents.list(NEWEST)).toEqual([opened]);
    });

    test('are one for an alert and its subject, until that has ended', async () => {
      await incidents.keep({ changed: [held('a', { openedAt: at })], passed: [] });
      await expect(incidents.keep({ changed: [held('b')], passed: [] })).rejects.toThrow();
      await incidents.keep({ changed: [held('a', { openedAt: at, endedAt: at })], passed: [] });
      await incidents.keep({ changed: [held('b')], passed: [] });
      expect((await incidents.pending()).map(({ id }) => id)).toEqual(['b']);
    });

    test('are told until somebody says that they are', async () => {
      const opened = held('a', { openedAt: at });
      await incidents.keep({ changed: [opened, held('b', { subject: 'x' })], passed: [] });
      expect(await incidents.untold()).toEqual([{ ...opened, isOpeningTold: false }]);
      expect(await incidents.untold()).toHaveLength(1);
      await incidents.markTold('a', 'opening');
      expect(await incidents.untold()).toEqual([]);
      // What is seen of it later does not have it told again.
      await incidents.keep({ changed: [{ ...opened, value: 50 }], passed: [] });
      expect(await incidents.untold()).toEqual([]);
      const ended = { ...opened, endedAt: at };
      await incidents.keep({ changed: [ended], passed: [] });
      expect(await incidents.untold()).toEqual([{ ...ended, isOpeningTold: true }]);
      await incidents.markTold('a', 'end');
      await incidents.markTold('a', 'opening');
      expect(await incidents.untold()).toEqual([]);
    });

    test('are listed newest first in pages, those of one moment too', async () => {
      const earlier = new Date(at.getTime() - 1000);
      const all = [
        ...['a', 'b', 'c'].map((id) => held(id, { subject: id, openedAt: at })),
        ...['d', 'e'].map((id) => held(id, { subject: id, openedAt: earlier })),
      ];
      await incidents.keep({ changed: all, passed: [] });
      const page = async (before: Incident | undefined) =>
        incidents.list({ limit: 2, before: before && { openedAt: before.openedAt ?? at, id: before.id } });
      const first = await page(undefined);
      const second = await page(first.at(-1));
      const third = await page(second.at(-1));
      expect([...first, ...second, ...third].map(({ id }) => id)).toEqual(['c', 'b', 'a', 'e', 'd']);
    });

    test('are kept for a year', async () => {
      const ended = held('a', { openedAt: at, endedAt: at });
      await incidents.keep({ changed: [ended, held('b', { subject: 'x', openedAt: at })], passed: [] });
      now = new Date(at.getTime() + YEAR_MS - 1);
      await incidents.sweep();
      expect(await incidents.list(NEWEST)).toHaveLength(2);
      now = new Date(at.getTime() + YEAR_MS + 1);
      await incidents.sweep();
      expect((await incidents.list(NEWEST)).map(({ id }) => id)).toEqual(['b']);
    });
  });
}
