import { and, avg, count, desc, eq, gt, gte, isNotNull, isNull, or, sql, sum } from 'drizzle-orm';
import type { JobKindName } from '../../domain/job-kinds.ts';
import { tierNameSchema } from '../../domain/tiers.ts';
import type { Usage } from '../../ports/job-catalogue.ts';
import type { AccountUse, EndedJobs, FailedJob, Statistics, TokenCount } from '../../ports/statistics.ts';
import type { Database } from './database.ts';
import { jobs, tokens, usage, users } from './schema.ts';

/** Over so many jobs a mean is taken, none of them older than a week: what was faster long ago tells nothing. */
const RECENT_JOBS = 50;
const RECENT_MS = 7 * 24 * 3600 * 1000;

const isOfKind = (kind: JobKindName) => sql`${jobs.start} ->> 'kind' = ${kind}`;

/** Numbers about the installation from PostgreSQL. */
export class PostgresStatistics implements Statistics {
  readonly #db: Database;
  readonly #now: () => Date;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  async turnOf(jobId: string): Promise<number | undefined> {
    const [job] = await this.#db
      .select()
      .from(jobs)
      .where(and(eq(jobs.id, jobId), eq(jobs.state, 'accepted')));
    if (job === undefined) return undefined;
    const { accountId, priority, createdAt, id } = job;
    // In the order in which turns are given.
    const before = sql`(${jobs.priority} > ${priority} or (${jobs.priority} = ${priority} and (${jobs.createdAt}, ${jobs.id}) < (${createdAt.toISOString()}::timestamptz, ${id})))`;
    const ahead = await this.#db.$count(
      jobs,
      and(eq(jobs.state, 'accepted'), eq(jobs.accountId, accountId), before),
    );
    return ahead + 1;
  }

  async waitingOf(accountId: string): Promise<string[]> {
    const rows = await this.#db
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.state, 'accepted'), eq(jobs.accountId, accountId)))
      .orderBy(desc(jobs.priority), jobs.createdAt, jobs.id);
    return rows.map(({ id }) => id);
  }

  async waitingJobs(kind?: JobKindName): Promise<number> {
    const ofKind = kind === undefined ? undefined : isOfKind(kind);
    return this.#db.$count(jobs, and(eq(jobs.state, 'accepted'), ofKind));
  }

  async meanJobSeconds(): Promise<number | null> {
    const since = new Date(this.#now().getTime() - RECENT_MS);
    const seconds = sql<number>`extract(epoch from ${jobs.endedAt} - ${jobs.startedAt})`.as('seconds');
    const recent = this.#db
      .select({ seconds })
      .from(jobs)
      .where(and(eq(jobs.state, 'completed'), gte(jobs.endedAt, since), isNotNull(jobs.startedAt)))
      .orderBy(desc(jobs.endedAt))
      .limit(RECENT_JOBS)
      .as('recent');
    const [row] = await this.#db.select({ mean: avg(recent.seconds) }).from(recent);
    return row?.mean == null ? null : Number(row.mean);
  }

  async endedJobs(since: Date): Promise<EndedJobs> {
    const rows = await this.#db
      .select({ state: jobs.state, count: count() })
      .from(jobs)
      .where(gte(jobs.endedAt, since))
      .groupBy(jobs.state);
    const of = (state: string): number => rows.find((row) => row.state === state)?.count ?? 0;
    return { completed: of('completed'), failed: of('failed'), cancelled: of('cancelled') };
  }

  async reelSeconds(since: Date): Promise<number | null> {
    const [row] = await this.#db
      .select({
        seconds: sql<
          number | null
        >`percentile_cont(0.9) within group (order by extract(epoch from ${jobs.endedAt} - ${jobs.startedAt}))`,
      })
      .from(jobs)
      .where(and(eq(jobs.state, 'completed'), gte(jobs.endedAt, since), isOfKind('reelStitch')));
    return row?.seconds == null ? null : Number(row.seconds);
  }

  async failedJobs(limit: number): Promise<FailedJob[]> {
    const rows = await this.#db
      .select()
      .from(jobs)
      .where(and(eq(jobs.state, 'failed'), isNotNull(jobs.endedAt)))
      .orderBy(desc(jobs.endedAt))
      .limit(limit);
    return rows.map(({ id, userId, error, endedAt }) => ({
      ...{ jobId: id, userId },
      ...{ code: error?.code ?? 'InternalError', message: error?.message ?? '', stage: error?.stage ?? null },
      endedAt: endedAt as Date,
    }));
  }

  async tokens(): Promise<TokenCount[]> {
    const valid = and(
      isNull(tokens.revokedAt),
      or(isNull(tokens.expiresAt), gt(tokens.expiresAt, this.#now())),
    );
    const rows = await this.#db
      .select({
        tier: tokens.tier,
        total: count(),
        valid: sql<number>`(count(*) filter (where ${valid}))::int`,
      })
      .from(tokens)
      .groupBy(tokens.tier)
      .orderBy(tokens.tier);
    return rows.map((row) => ({ ...row, tier: tierNameSchema.parse(row.tier) }));
  }

  async heaviest(month: string, limit: number): Promise<AccountUse[]> {
    const { accountId, videos, seconds, costUsd } = usage;
    const rows = await this.#db
      .select({ accountId, videos, seconds, costUsd, email: users.email, tier: tokens.tier })
      .from(usage)
      .leftJoin(tokens, eq(tokens.id, accountId))
      .leftJoin(users, eq(users.id, tokens.userId))
      .where(and(eq(usage.month, month), or(gt(videos, 0), gt(costUsd, 0))))
      .orderBy(desc(costUsd), desc(seconds), desc(videos), accountId)
      .limit(limit);
    return rows.map((row) => ({ ...row, tier: tierNameSchema.nullable().parse(row.tier) }));
  }

  async usage(month: string): Promise<Usage> {
    const [row] = await this.#db
      .select({ videos: sum(usage.videos), seconds: sum(usage.seconds), costUsd: sum(usage.costUsd) })
      .from(usage)
      .where(eq(usage.month, month));
    return {
      month,
      videos: Number(row?.videos ?? 0),
      seconds: Number(row?.seconds ?? 0),
      costUsd: Number(row?.costUsd ?? 0),
    };
  }
}
