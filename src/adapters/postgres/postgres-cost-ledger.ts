import { and, desc, eq, gt, gte, isNull, lt, sql, sum } from 'drizzle-orm';
import { percentsReached, WARNING_PERCENT, type Spending } from '../../domain/cost-ceilings.ts';
import { monthOf } from '../../domain/period.ts';
import { tierNameSchema, TIERS, type CostCeilings } from '../../domain/tiers.ts';
import type { CostAlert, CostLedger, CostReport, OwedWarning } from '../../ports/cost-ledger.ts';
import type { Database, Transaction } from './database.ts';
import { costAlerts, costs } from './cost-schema.ts';
import { jobs, tokens, usage } from './schema.ts';

/** What has cost nothing for so long is taken to cost nothing. */
const PAID_LATELY_MS = 35 * 24 * 3600 * 1000;

/** Older news is none. */
const TOLD_WITHIN_MS = 24 * 3600 * 1000;

const INSTALLATION = 'installation';

const ALERT = {
  scope: costAlerts.scope,
  period: costAlerts.period,
  percent: costAlerts.percent,
  limitUsd: costAlerts.limitUsd,
  usedUsd: costAlerts.usedUsd,
  at: costAlerts.at,
};

/** The cost ledger in PostgreSQL. */
export class PostgresCostLedger implements CostLedger {
  readonly #db: Database;
  readonly #now: () => Date;
  readonly #ceilings: CostCeilings;

  /** @param ceilings of the whole installation */
  constructor(db: Database, now: () => Date, ceilings: CostCeilings) {
    this.#db = db;
    this.#now = now;
    this.#ceilings = ceilings;
  }

  async report(report: CostReport): Promise<Spending[]> {
    const { accountId } = report;
    return this.#db.transaction(async (tx) => {
      await this.#keep(tx, report);
      const spendings = await this.#spendings(tx, accountId);
      for (const spending of spendings) await this.#note(tx, accountId, spending);
      return spendings;
    });
  }

  spendings(accountId: string): Promise<Spending[]> {
    return this.#spendings(this.#db, accountId);
  }

  async total(): Promise<{ dayUsd: number; monthUsd: number }> {
    return this.#spent(this.#db);
  }

  async spentBetween(since: Date, until: Date): Promise<number> {
    const [row] = await this.#db
      .select({ usd: sum(costs.costUsd) })
      .from(costs)
      .where(and(gte(costs.at, since), lt(costs.at, until)));
    return Number(row?.usd ?? 0);
  }

  async paidStages(): Promise<string[]> {
    const since = new Date(this.#now().getTime() - PAID_LATELY_MS);
    const rows = await this.#db
      .selectDistinct({ stage: costs.stage })
      .from(costs)
      .where(and(gte(costs.at, since), gt(costs.costUsd, 0)));
    return rows.map(({ stage }) => stage).toSorted();
  }

  async alerts(limit: number): Promise<CostAlert[]> {
    return this.#db.select(ALERT).from(costAlerts).orderBy(desc(costAlerts.at)).limit(limit);
  }

  async owedWarnings(): Promise<OwedWarning[]> {
    return this.#db
      .select({ ...ALERT, userId: tokens.userId })
      .from(costAlerts)
      .leftJoin(tokens, eq(tokens.id, costAlerts.scope))
      .where(
        and(
          eq(costAlerts.percent, WARNING_PERCENT),
          isNull(costAlerts.toldAt),
          gte(costAlerts.at, new Date(this.#now().getTime() - TOLD_WITHIN_MS)),
        ),
      );
  }

  async confirmWarned({ scope, period, percent }: CostAlert): Promise<void> {
    await this.#db
      .update(costAlerts)
      .set({ toldAt: this.#now() })
      .where(
        and(
          eq(costAlerts.scope, scope),
          eq(costAlerts.period, period),
          eq(costAlerts.percent, percent),
          isNull(costAlerts.toldAt),
        ),
      );
  }

  /** What is there already from an earlier try is not counted again. */
  async #keep(tx: Transaction, { jobId, runId, report, accountId, stages }: CostReport): Promise<void> {
    if (stages.length === 0) return;
    const at = this.#now();
    const kept = await tx
      .insert(costs)
      .values(stages.map((stage) => ({ ...stage, jobId, runId, report, accountId, at })))
      .onConflictDoNothing()
      .returning();
    const costUsd = kept.reduce((total, row) => total + row.costUsd, 0);
    if (costUsd === 0) return;
    await tx
      .insert(usage)
      .values({ accountId, month: monthOf(at), costUsd })
      .onConflictDoUpdate({
        target: [usage.accountId, usage.month],
        set: { costUsd: sql`${usage.costUsd} + ${costUsd}` },
      });
    await tx
      .update(jobs)
      .set({ costUsd: sql`${jobs.costUsd} + ${costUsd}` })
      .where(eq(jobs.id, jobId));
  }

  async #spendings(db: Database | Transaction, accountId: string): Promise<Spending[]> {
    const own = await ceilingsOf(db, accountId);
    const scopes = [
      { scope: 'token', ceilings: own, account: accountId },
      { scope: 'installation', ceilings: this.#ceilings, account: undefined },
    ] as const;
    const spendings: Spending[] = [];
    for (const { scope, ceilings, account } of scopes) {
      if (ceilings.dayUsd === null && ceilings.monthUsd === null) continue;
      const { dayUsd, monthUsd } = await this.#spent(db, account);
      if (ceilings.dayUsd !== null)
        spendings.push({ scope, period: 'day', usedUsd: dayUsd, limitUsd: ceilings.dayUsd });
      if (ceilings.monthUsd !== null)
        spendings.push({ scope, period: 'month', usedUsd: monthUsd, limitUsd: ceilings.monthUsd });
    }
    return spendings;
  }

  /** Of one account, or of all. */
  async #spent(
    db: Database | Transaction,
    accountId?: string,
  ): Promise<{ dayUsd: number; monthUsd: number }> {
    const now = this.#now();
    const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()));
    const today = sql<string | null>`sum(${costs.costUsd}) filter (where ${gte(costs.at, day)})`;
    const [row] = await db
      .select({ month: sum(costs.costUsd), day: today })
      .from(costs)
      .where(and(gte(costs.at, month), accountId === undefined ? undefined : eq(costs.accountId, accountId)));
    return { dayUsd: Number(row?.day ?? 0), monthUsd: Number(row?.month ?? 0) };
  }

  /** Each step of warning once in its day or month. */
  async #note(tx: Transaction, accountId: string, spending: Spending): Promise<void> {
    const { scope, period, limitUsd, usedUsd } = spending;
    const percents = percentsReached(spending);
    if (percents.length === 0) return;
    const at = this.#now();
    const rows = percents.map((percent) => ({
      scope: scope === 'token' ? accountId : INSTALLATION,
      period: period === 'day' ? at.toISOString().slice(0, 10) : monthOf(at),
      ...{ percent, limitUsd, usedUsd, at },
    }));
    await tx.insert(costAlerts).values(rows).onConflictDoNothing();
  }
}

/** The token's own where they are set, else its tier's; none for the owner of the installation. */
async function ceilingsOf(db: Database | Transaction, accountId: string): Promise<CostCeilings> {
  const [token] = await db.select().from(tokens).where(eq(tokens.id, accountId));
  if (token === undefined) return { dayUsd: null, monthUsd: null };
  const { ceilings } = TIERS[tierNameSchema.parse(token.tier)];
  return {
    dayUsd: token.dayCeilingUsd ?? ceilings.dayUsd,
    monthUsd: token.monthCeilingUsd ?? ceilings.monthUsd,
  };
}
