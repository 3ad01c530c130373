import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { TIERS } from '../../domain/tiers.ts';
import type { Transaction } from './database.ts';
import { jobs } from './schema.ts';

/** Waiting jobs, the most urgent first, that would not bring their account over what may run at once. */
export async function jobsWhoseTurnItIs(tx: Transaction, limit: number): Promise<string[]> {
  const limits = sql.join(
    Object.entries(TIERS).map(([name, { runningAtOnce }]) => sql`when ${name} then ${runningAtOnce}::int`),
    sql` `,
  );
  const running = tx.$with('running').as(
    tx
      .select({ accountId: jobs.accountId, count: sql<number>`count(*)::int`.as('count') })
      .from(jobs)
      .where(and(eq(jobs.state, 'started'), eq(jobs.needsAttention, false)))
      .groupBy(jobs.accountId),
  );
  const turn = sql<number>`(row_number() over (partition by ${jobs.accountId} order by ${jobs.priority} desc, ${jobs.createdAt}, ${jobs.id}))::int`;
  const waiting = tx.$with('waiting').as(
    tx
      .select({
        ...{ id: jobs.id, accountId: jobs.accountId, priority: jobs.priority, createdAt: jobs.createdAt },
        turn: turn.as('turn'),
        // No tier, no limit.
        atOnce: sql<number | null>`case ${jobs.tier} ${limits} end`.as('at_once'),
      })
      .from(jobs)
      .where(eq(jobs.state, 'accepted')),
  );
  const rows = await tx
    .with(running, waiting)
    .select({ id: waiting.id })
    .from(waiting)
    .leftJoin(running, eq(running.accountId, waiting.accountId))
    .where(
      sql`${waiting.atOnce} is null or ${waiting.turn} + coalesce(${running.count}, 0) <= ${waiting.atOnce}`,
    )
    .orderBy(desc(waiting.priority), asc(waiting.createdAt), asc(waiting.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}
