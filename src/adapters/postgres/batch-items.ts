import { eq, inArray, sql } from 'drizzle-orm';
import type { BatchCounts, BatchItemState } from '../../domain/batch.ts';
import type { Database, Transaction } from './database.ts';
import { batchItems as items, jobs } from './schema.ts';

/** What became of a video: the list's own word until it is accepted, and then its job's. */
export const itemState = sql<BatchItemState>`case
  when ${items.outcome} in ('waiting', 'cancelled', 'duplicate') then ${items.outcome}
  when ${items.outcome} = 'refused' or ${jobs.id} is null then 'failed'
  when ${jobs.state} = 'accepted' then 'queued'
  when ${jobs.state} = 'started' and ${jobs.needsAttention} then 'needs_attention'
  when ${jobs.state} = 'started' then 'running'
  else ${jobs.state} end`;

/** See `BatchCatalogue.counts`. */
export async function countItems(
  db: Database | Transaction,
  batchIds: readonly string[],
): Promise<BatchCounts[]> {
  if (batchIds.length === 0) return [];
  const rows = await db
    .select({ batchId: items.batchId, state: itemState, count: sql<number>`count(*)::int` })
    .from(items)
    .leftJoin(jobs, eq(jobs.id, items.jobId))
    .where(inArray(items.batchId, [...batchIds]))
    .groupBy(items.batchId, itemState);
  return batchIds.map((batchId) => {
    const mine = rows.filter((row) => row.batchId === batchId);
    const of = (state: BatchItemState): number => mine.find((row) => row.state === state)?.count ?? 0;
    return {
      total: mine.reduce((sum, { count }) => sum + count, 0),
      ...{ waiting: of('waiting'), queued: of('queued'), running: of('running') },
      needsAttention: of('needs_attention'),
      ...{ completed: of('completed'), failed: of('failed'), cancelled: of('cancelled') },
      duplicate: of('duplicate'),
    };
  });
}
