import { and, desc, eq, gte, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { OutcomeOfEstimate } from '../../domain/estimate-accuracy.ts';
import type { MeasuredRun } from '../../domain/run-rates.ts';
import { tierNameSchema, tierOf } from '../../domain/tiers.ts';
import type { OpenJobs } from '../../domain/wait-forecast.ts';
import type { Estimates, KeptRun, NewcomerJob } from '../../ports/estimates.ts';
import type { Database } from './database.ts';
import { estimates, runTimes } from './queue-schema.ts';
import { OPEN_STATES } from './job-row.ts';
import { jobs } from './schema.ts';

const KEPT_MS = 30 * 24 * 3600 * 1000;
/** What was faster long ago tells nothing. */
const RECENT_RUNS = 200;
const NEW_MS = 60_000;
/** Running jobs whose ages differ by less are alike. */
const ALIKE_SECONDS = 10;

/** Runs and estimates in PostgreSQL. */
export class PostgresEstimates implements Estimates {
  readonly #db: Database;
  readonly #now: () => Date;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  async keepRun({ jobId, operationId, kind, run }: KeptRun): Promise<void> {
    const row = { jobId, operationId, kind, ...run, endedAt: this.#now() };
    await this.#db.insert(runTimes).values(row).onConflictDoNothing();
  }

  async recentRuns(): Promise<(MeasuredRun & { kind: string })[]> {
    return this.#db
      .select()
      .from(runTimes)
      .where(gte(runTimes.endedAt, this.#ago(KEPT_MS)))
      .orderBy(desc(runTimes.endedAt))
      .limit(RECENT_RUNS);
  }

  async openJobs(): Promise<OpenJobs[]> {
    const now = sql`${this.#now().toISOString()}::timestamptz`;
    const seconds = sql`case ${jobs.state} when 'started' then greatest(0, extract(epoch from ${now} - coalesce(${jobs.startedAt}, ${now}))) end`;
    const alike = sql`floor((${seconds}) / ${ALIKE_SECONDS}::int)`;
    const rows = await this.#db
      .select({
        accountId: jobs.accountId,
        tier: jobs.tier,
        priority: jobs.priority,
        alike: alike.as('alike'),
        runningSeconds: sql<number | null>`avg(${seconds})::float8`,
        count: sql<number>`count(*)::int`,
      })
      .from(jobs)
      .where(and(inArray(jobs.state, OPEN_STATES), eq(jobs.needsAttention, false), isNull(jobs.rest)))
      .groupBy(jobs.accountId, jobs.tier, jobs.priority, sql`alike`);
    return rows.map(({ accountId, tier, priority, count, runningSeconds }) => {
      const limits = tierOf(tierNameSchema.nullable().parse(tier));
      return {
        ...{ accountId, priority, count },
        runningAtOnce: limits?.runningAtOnce ?? null,
        weight: limits?.weight ?? 1,
        runningSeconds,
      };
    });
  }

  async newcomers(limit: number): Promise<NewcomerJob[]> {
    // Counted once through, however many are new: among a thousand that wait, each by itself counts for half a second.
    const turns = this.#db.$with('turns').as(
      this.#db
        .select({
          jobId: jobs.id,
          position:
            sql<number>`row_number() over (partition by ${jobs.accountId} order by ${jobs.priority} desc, ${jobs.createdAt}, ${jobs.id})`.as(
              'position',
            ),
        })
        .from(jobs)
        .where(eq(jobs.state, 'accepted')),
    );
    const rows = await this.#db
      .with(turns)
      .select({
        ...{ jobId: jobs.id, operationId: jobs.operationId, accountId: jobs.accountId, tier: jobs.tier },
        position: sql<number>`coalesce(${turns.position}, 0)::int`,
      })
      .from(jobs)
      .leftJoin(estimates, and(eq(estimates.jobId, jobs.id), eq(estimates.operationId, jobs.operationId)))
      .leftJoin(turns, eq(turns.jobId, jobs.id))
      .where(
        and(
          inArray(jobs.state, OPEN_STATES),
          gte(jobs.createdAt, this.#ago(NEW_MS)),
          sql`${estimates.jobId} is null`,
        ),
      )
      .limit(limit);
    return rows.map((row) => ({ ...row, tier: tierNameSchema.nullable().parse(row.tier) }));
  }

  async keep(kept: Parameters<Estimates['keep']>[0]): Promise<void> {
    if (kept.length === 0) return;
    const at = this.#now();
    await this.#db
      .insert(estimates)
      .values(kept.map((each) => ({ ...each, at })))
      .onConflictDoNothing();
  }

  async outcomes(limit: number): Promise<OutcomeOfEstimate[]> {
    const since = (end: typeof jobs.startedAt | typeof jobs.endedAt) =>
      sql<number>`greatest(0, extract(epoch from ${end} - ${estimates.at}))::float8`;
    return this.#db
      .select({
        queue: runTimes.queue,
        ...{ wait: estimates.wait, waitedSeconds: since(jobs.startedAt) },
        ...{ end: estimates.end, endedSeconds: since(jobs.endedAt) },
      })
      .from(estimates)
      .innerJoin(
        runTimes,
        and(eq(runTimes.jobId, estimates.jobId), eq(runTimes.operationId, estimates.operationId)),
      )
      .innerJoin(jobs, and(eq(jobs.id, estimates.jobId), eq(jobs.operationId, estimates.operationId)))
      .where(
        and(eq(estimates.measured, true), isNotNull(jobs.startedAt), sql`${jobs.endedAt} > ${estimates.at}`),
      )
      .orderBy(desc(estimates.at))
      .limit(limit);
  }

  async sweep(): Promise<void> {
    await this.#db.delete(runTimes).where(lt(runTimes.endedAt, this.#ago(KEPT_MS)));
    await this.#db.delete(estimates).where(lt(estimates.at, this.#ago(KEPT_MS)));
  }

  #ago(ms: number): Date {
    return new Date(this.#now().getTime() - ms);
  }
}
