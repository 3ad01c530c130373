import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import type { CostReport } from '../../../src/ports/cost-ledger.ts';
import { acceptJob } from '../../support/accept-job.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

/** What every engine must do with what work costs. */
export function costLedgerSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(`${name}: the cost ledger`, () => {
    const database = emptyDatabase(place);
    let repositories: Repositories;
    let now: Date;

    beforeEach(() => {
      now = new Date('2026-11-24T12:00:00Z');
      repositories = createRepositories(database.db, () => now, { dayUsd: null, monthUsd: 100 });
    });

    const token = async (hash = '1') =>
      (
        await repositories.accounts.createToken({
          ...{ email: 'ada@example.org', tier: 'alpha', isAdmin: false, hash, expiresAt: null },
        })
      ).id;
    const report = (accountId: string, costUsd: number, overrides: Partial<CostReport> = {}): CostReport => ({
      ...{ jobId: 'job_1', runId: 'run', report: 1, accountId },
      stages: [
        { stage: 'transcribe', model: 'paid', seconds: 3, costUsd },
        { stage: 'merge', model: null, seconds: 1, costUsd: 0 },
      ],
      ...overrides,
    });

    test('counts a report once, however often and by how many it is told', async () => {
      const { costLedger, catalogue } = repositories;
      const job = acceptJob({ accountId: 'local', tier: null });
      await catalogue.accept([job]);
      const told = report('local', 0.123457, { jobId: job.id });
      await Promise.all(Array.from({ length: 8 }, () => costLedger.report(told)));
      await costLedger.report({ ...told, report: 2 });
      await costLedger.report({ ...told, runId: 'another run' });
      const sum = 3 * 0.123457;
      expect((await catalogue.find(job.id))?.costUsd).toBeCloseTo(sum, 9);
      expect((await catalogue.usage('local', '2026-11')).costUsd).toBeCloseTo(sum, 9);
      expect((await costLedger.total()).dayUsd).toBeCloseTo(sum, 9);
      expect(await costLedger.paidStages()).toEqual(['transcribe']);
    });

    test("holds a token's own ceilings, else its tier's, and those of the installation over all", async () => {
      const { costLedger, accounts } = repositories;
      const [mine, other] = [await token('1'), await token('2')];
      await costLedger.report(report(other, 5));
      await accounts.setCeilings(mine, { dayUsd: 0.5 });
      const spendings = await costLedger.report(report(mine, 0.25, { jobId: 'job_2' }));
      expect(spendings).toEqual([
        { scope: 'token', period: 'day', usedUsd: 0.25, limitUsd: 0.5 },
        { scope: 'token', period: 'month', usedUsd: 0.25, limitUsd: 20 },
        { scope: 'installation', period: 'month', usedUsd: 5.25, limitUsd: 100 },
      ]);
      expect(await costLedger.spendings('local')).toEqual(spendings.slice(2));
    });

    test('counts days and months in UTC', async () => {
      const { costLedger } = repositories;
      const account = await token();
      now = new Date('2026-11-30T23:59:59.999Z');
      await costLedger.report(report(account, 1));
      expect(await costLedger.total()).toEqual({ dayUsd: 1, monthUsd: 1 });
      now = new Date('2026-12-01T00:00:00Z');
      expect(await costLedger.total()).toEqual({ dayUsd: 0, monthUsd: 0 });
      const spentAt = new Date('2026-11-30T23:59:59.999Z');
      expect(await costLedger.spentBetween(spentAt, now)).toBe(1);
      expect(await costLedger.spentBetween(new Date(0), spentAt)).toBe(0);
      expect(await costLedger.spendings(account)).toMatchObject([
        { usedUsd: 0 },
        { usedUsd: 0 },
        { usedUsd: 0 },
      ]);
      now = new Date('2027-01-30T00:00:00Z');
      expect(await costLedger.paidStages()).toEqual([]);
    });

    test('keeps when a ceiling came near and when it was reached, each once', async () => {
      const { costLedger, accounts } = repositories;
      const account = await token();
      await accounts.setCeilings(account, { dayUsd: 1 });
      const alertsAfter = async (number: number, costUsd: number) => {
        await costLedger.report(report(account, costUsd, { report: number }));
        return (await costLedger.alerts(10)).map(({ usedUsd }) => usedUsd);
      };
      expect(await alertsAfter(1, 0.75)).toEqual([]);
      expect(await alertsAfter(2, 0.125)).toEqual([0.875]);
      expect(await alertsAfter(3, 0.0625)).toEqual([0.875]);
      now = new Date(now.getTime() + 1000);
      expect(await alertsAfter(4, 0.5)).toEqual([1.4375, 0.875]);
      const alerts = await costLedger.alerts(10);
      expect(alerts.map(({ scope, period, percent }) => [scope, period, percent]).toSorted()).toEqual([
        [account, '2026-11-24', 100],
        [account, '2026-11-24', 80],
      ]);
    });

    test('owes a warning of a ceiling that came near until it was told, and for a day', async () => {
      const { costLedger, accounts } = repositories;
      const account = await token();
      await accounts.setCeilings(account, { dayUsd: 1 });
      await costLedger.report(report(account, 0.75));
      expect(await costLedger.owedWarnings()).toEqual([]);
      await costLedger.report(report(account, 90, { report: 2 }));
      const owed = await costLedger.owedWarnings();
      const { userId } = (await accounts.findToken('1')) ?? {};
      expect(owed.map((warning) => [warning.scope, warning.period, warning.userId]).toSorted()).toEqual(
        [
          ['installation', '2026-11', null],
          [account, '2026-11', userId],
          [account, '2026-11-24', userId],
        ].toSorted(),
      );
      for (const warning of owed.slice(1)) await costLedger.confirmWarned(warning);
      expect(await costLedger.owedWarnings()).toEqual(owed.slice(0, 1));
      now = new Date(now.getTime() + 25 * 3600 * 1000);
      expect(await costLedger.owedWarnings()).toEqual([]);
    });
  });
}
