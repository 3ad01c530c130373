import { inArray } from 'drizzle-orm';
import { tierNameSchema } from '../../domain/tiers.ts';
import type { AcceptJob } from '../../ports/job-catalogue.ts';
import type { Transaction } from './database.ts';
import { refuseSecondReel } from './one-reel-of-project.ts';
import { reserveVideos } from './quota.ts';
import { keepReceivers } from './requested-receivers.ts';
import { jobs, unusedUploads } from './schema.ts';
import { refuseWhenStopped } from './stop-state.ts';

/** See {@link JobCatalogue.accept}. */
export async function acceptJobs(tx: Transaction, accepted: readonly AcceptJob[], now: Date): Promise<void> {
  await refuseWhenStopped(tx);
  const rows = accepted.map(({ takesVideo: _, receivers: __, uploads: ___, ...job }) => ({
    ...job,
    state: 'accepted',
    createdAt: now,
  }));
  const inserted = await tx.insert(jobs).values(rows).onConflictDoNothing().returning();
  await refuseSecondReel(tx, accepted, inserted);
  await tellOf(tx, accepted, now);
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

async function useUploads(tx: Transaction, accepted: readonly AcceptJob[]): Promise<void> {
  const keys = accepted.flatMap(({ uploads = [] }) => uploads);
  if (keys.length > 0) await tx.delete(unusedUploads).where(inArray(unusedUploads.key, keys));
}

/** A job that was there before tells whoever is named now, too, if it does what is asked for now. */
async function tellOf(tx: Transaction, accepted: readonly AcceptJob[], now: Date): Promise<void> {
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
    if (hashes.get(id) === sourceHash) await keepReceivers(tx, id, receivers, now);
}
