import { and, eq, inArray, notInArray, sql } from 'drizzle-orm';
import { tierNameSchema } from '../../domain/tiers.ts';
import type { AcceptJob } from '../../ports/job-catalogue.ts';
import type { Transaction } from './database.ts';
import { OPEN_STATES } from './job-row.ts';
import { refuseSecondReel } from './one-reel-of-project.ts';
import { reserveVideos } from './quota.ts';
import { keepReceivers } from './requested-receivers.ts';
import { jobs, unusedUploads } from './schema.ts';
import type { SealedAddresses } from './sealed-addresses.ts';
import { refuseWhenStopped } from './stop-state.ts';

/** See {@link JobCatalogue.accept}. */
export async function acceptJobs(
  tx: Transaction,
  addresses: SealedAddresses,
  accepted: readonly AcceptJob[],
  now: Date,
): Promise<void> {
  await refuseWhenStopped(tx);
  const rows = accepted.map(({ takesVideo: _, receivers: __, uploads: ___, ...job }) => ({
    ...job,
    state: 'accepted',
    createdAt: now,
  }));
  const inserted = await tx.insert(jobs).values(rows).onConflictDoNothing().returning();
  await refuseSecondReel(tx, accepted, inserted);
  await tellOf(tx, addresses, accepted, now);
  await useUploads(tx, accepted);
  const free = new Set(accepted.filter((job) => job.takesVideo === false).map(({ id }) => id));
  const counted = inserted.filter(({ id }) => !free.has(id));
  for (const [accountId, mine] of Map.groupBy(counted, (job) => job.accountId)) {
    const tier = tierNameSchema.nullable().parse(mine[0]?.tier);
    const reservedMonth = await reserveVideos(tx, { accountId, tier, videos: mine.length }, now);
    const ids = mine.map(({ id }) => id);
    await tx.update(jobs).set({ reservedMonth }).where(inArray(jobs.id, ids));
  }
}

/** See {@link JobCatalogue.acceptAgain}. */
export async function acceptAgain(tx: Transaction, job: AcceptJob, now: Date): Promise<boolean> {
  const { id, start, sourceHash, operationId, priority } = job;
  await refuseWhenStopped(tx);
  const isAnotherRun = sql`${jobs.operationId} <> ${operationId}`;
  const [again] = await tx
    .update(jobs)
    .set({
      ...{ state: 'accepted', start, sourceHash, operationId, priority },
      ...{ takenAt: null, startedAt: null, endedAt: null },
      ...{ error: null, needsAttention: false, rest: null },
    })
    .where(and(eq(jobs.id, id), notInArray(jobs.state, OPEN_STATES), isAnotherRun))
    .returning();
  if (again === undefined) {
    const [known] = await tx.select().from(jobs).where(eq(jobs.id, id));
    return known?.operationId === operationId;
  }
  if (again.reservedMonth !== null) return true;
  const tier = tierNameSchema.nullable().parse(again.tier);
  const reservedMonth = await reserveVideos(tx, { accountId: again.accountId, tier, videos: 1 }, now);
  await tx.update(jobs).set({ reservedMonth }).where(eq(jobs.id, id));
  return true;
}

async function useUploads(tx: Transaction, accepted: readonly AcceptJob[]): Promise<void> {
  const keys = accepted.flatMap(({ uploads = [] }) => uploads);
  if (keys.length > 0) await tx.delete(unusedUploads).where(inArray(unusedUploads.key, keys));
}

/** A job that was there before tells whoever is named now, too, if it does what is asked for now. */
async function tellOf(
  tx: Transaction,
  addresses: SealedAddresses,
  accepted: readonly AcceptJob[],
  createdAt: Date,
): Promise<void> {
  const telling = accepted.filter(({ receivers = [] }) => receivers.length > 0);
  if (telling.length === 0) return;
  const known = await tx
    .select({ id: jobs.id, sourceHash: jobs.sourceHash })
    .from(jobs)
    .where(
      inArray(
        jobs.id,
        telling.map(({ id }) => id),
      ),
    );
  const hashes = new Map(known.map(({ id, sourceHash }) => [id, sourceHash]));
  for (const { id, sourceHash, receivers = [] } of telling)
    if (hashes.get(id) === sourceHash)
      await keepReceivers(tx, addresses, { subjectId: id, receivers, createdAt });
}
