import { and, eq, type SQL } from 'drizzle-orm';
import type { SettleJob } from '../../ports/job-catalogue.ts';
import type { Transaction } from './database.ts';
import { startWith } from './job-row.ts';
import { addUsage } from './quota.ts';
import { jobs } from './schema.ts';

/**
 * Ends a job for which `from` holds, and settles what it has reserved: the change of its state is what makes that
 * happen once.
 *
 * @returns whether this call has ended it
 */
export async function endJob(
  tx: Transaction,
  { id, state, title, durationSeconds, error, settings }: Omit<SettleJob, 'operationId'>,
  from: SQL | undefined,
  now: Date,
): Promise<boolean> {
  const [job] = await tx
    .update(jobs)
    .set({
      ...{ state, error, endedAt: now, needsAttention: false, rest: null },
      ...(title === null ? {} : { title }),
      ...(durationSeconds === null ? {} : { durationSeconds }),
      ...(settings === undefined ? {} : { start: startWith(settings) }),
    })
    .where(and(eq(jobs.id, id), from))
    .returning();
  if (job === undefined) return false;
  if (job.reservedMonth === null) return true;
  const counted = { accountId: job.accountId, month: job.reservedMonth };
  if (state === 'completed') {
    const seconds = durationSeconds ?? 0;
    await addUsage(tx, counted, { seconds: seconds - job.settledSeconds });
    await tx.update(jobs).set({ settledSeconds: seconds }).where(eq(jobs.id, id));
  } else if (job.settledSeconds === 0) {
    // What an earlier run completed stays counted.
    await addUsage(tx, counted, { videos: -1 });
    await tx.update(jobs).set({ reservedMonth: null }).where(eq(jobs.id, id));
  }
  return true;
}
