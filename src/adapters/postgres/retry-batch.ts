import { and, eq, inArray, or, sql } from 'drizzle-orm';
import type { Transaction } from './database.ts';
import { batches, batchItems as items, jobs } from './schema.ts';
import { refuseWhenStopped } from './stop-state.ts';

/** See `BatchCatalogue.retry`. */
export async function retryBatch(tx: Transaction, batchId: string, goOn: boolean): Promise<number> {
  await refuseWhenStopped(tx);
  // Held, so that the batch does not end in between.
  await tx.select().from(batches).where(eq(batches.id, batchId)).for('update');
  const again = await putBack(tx, batchId);
  if (again > 0 || goOn) {
    await tx
      .update(batches)
      .set({ state: 'running', error: null, run: sql`${batches.run} + 1`, startedAt: null, endedAt: null })
      .where(eq(batches.id, batchId));
  }
  return again;
}

/** Has the videos wait again that were refused, failed or were cancelled. @returns how many */
async function putBack(tx: Transaction, batchId: string): Promise<number> {
  const ended = tx
    .select({ id: jobs.id })
    .from(jobs)
    .where(inArray(jobs.state, ['failed', 'cancelled']));
  const again = await tx
    .update(items)
    .set({
      ...{ outcome: 'waiting', error: null, attempt: sql`${items.attempt} + 1`, attached: false },
      // Another job's end is its own; the video gets one of the batch's.
      jobId: sql`case when ${items.attached} then null else ${items.jobId} end`,
    })
    .where(
      and(
        eq(items.batchId, batchId),
        or(
          inArray(items.outcome, ['refused', 'cancelled']),
          and(eq(items.outcome, 'accepted'), inArray(items.jobId, ended)),
        ),
      ),
    )
    .returning({ number: items.number });
  return again.length;
}
