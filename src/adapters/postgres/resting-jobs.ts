import { and, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm';
import type { Rest } from '../../ports/job-catalogue.ts';
import type { Database } from './database.ts';
import { jobs } from './schema.ts';

/** See `JobCatalogue.noteAttention`. */
export async function noteAttention(
  db: Database,
  jobIds: readonly string[],
  waiting: readonly string[],
): Promise<void> {
  if (jobIds.length === 0) return;
  const waits = waiting.length === 0 ? sql<boolean>`false` : inArray(jobs.id, [...waiting]);
  await db
    .update(jobs)
    .set({ needsAttention: sql`${waits}` })
    .where(
      and(inArray(jobs.id, [...jobIds]), eq(jobs.state, 'started'), sql`${jobs.needsAttention} <> ${waits}`),
    );
}

/** See `JobCatalogue.noteRest`. */
export async function noteRest(db: Database, jobId: string, rest: Rest | null): Promise<void> {
  await db
    .update(jobs)
    .set({ rest })
    .where(and(eq(jobs.id, jobId), eq(jobs.state, 'started')));
}

/** See `JobCatalogue.noteDownloads`. */
export async function noteDownloads(
  db: Database,
  jobIds: readonly string[],
  waiting: readonly string[],
): Promise<void> {
  const note = async (of: readonly string[], rest: Rest | null, before: SQL): Promise<void> => {
    if (of.length === 0) return;
    await db
      .update(jobs)
      .set({ rest })
      .where(and(inArray(jobs.id, [...of]), eq(jobs.state, 'started'), before));
  };
  const others = new Set(jobIds);
  for (const id of waiting) others.delete(id);
  await note(waiting, 'download', isNull(jobs.rest));
  await note([...others], null, eq(jobs.rest, 'download'));
}
