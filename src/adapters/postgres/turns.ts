import { sql } from 'drizzle-orm';
import { RESTING_PER_TURN, TIERS } from '../../domain/tiers.ts';
import type { Transaction } from './database.ts';

/**
 * Waiting jobs, the most urgent first, that would not bring their account over what may run at once.
 *
 * It is asked with every submission, so it must not read all that waits: it steps from account to account, and reads
 * of each the jobs whose turn it is.
 */
export async function jobsWhoseTurnItIs(tx: Transaction, limit: number): Promise<string[]> {
  const limits = sql.join(
    Object.entries(TIERS).map(([name, { runningAtOnce }]) => sql`when ${name} then ${runningAtOnce}::int`),
    sql` `,
  );
  const answer = (await tx.execute(sql`
    with recursive accounts as (
      (select account_id, tier from jobs where state = 'accepted' order by account_id limit 1)
      union all
      select next.account_id, next.tier
      from accounts, lateral (
        select account_id, tier from jobs
        where state = 'accepted' and account_id > accounts.account_id
        order by account_id limit 1
      ) next
    ),
    running as (
      select
        account_id,
        (count(*) filter (where rest is null))::int as count,
        (count(*) filter (where rest is not null))::int as resting
      from jobs
      where state = 'started' and not needs_attention
      group by account_id
    )
    select turn.id
    from accounts
    left join running using (account_id)
    cross join lateral (
      -- No tier, no limit: null. Whatever rests goes on in its own time, so that more of it than this counts again.
      select tier.turns - coalesce(running.count, 0)
        - greatest(0, coalesce(running.resting, 0) - ${RESTING_PER_TURN}::int * tier.turns) as turns
      from (select case accounts.tier ${limits} end as turns) tier
    ) free
    cross join lateral (
      select id, priority, created_at from jobs
      where state = 'accepted' and account_id = accounts.account_id
      order by priority desc, created_at, id
      limit greatest(0, least(${limit}::int, coalesce(free.turns, ${limit}::int)))
    ) turn
    order by turn.priority desc, turn.created_at, turn.id
    limit ${limit}`)) as { rows: { id: string }[] };
  return answer.rows.map(({ id }) => id);
}
