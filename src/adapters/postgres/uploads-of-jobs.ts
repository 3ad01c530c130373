import { and, asc, gt, inArray, lt, sql } from 'drizzle-orm';
import type { NeededUploads } from '../../ports/job-catalogue.ts';
import type { Database } from './database.ts';
import { OPEN_STATES } from './job-row.ts';
import { jobs } from './schema.ts';

/** Keys of uploads, wherever the input of a kind of jobs has them; some more than once. */
const uploadKeys = sql<
  string[]
>`jsonb_path_query_array(${jobs.start}, '$.input.** ? (@.kind == "upload").key')`;

/** See `JobCatalogue.neededUploads`. */
export async function neededUploads(
  db: Database,
  { acceptedBefore, limit, after }: { acceptedBefore: Date; limit: number; after: string | undefined },
): Promise<NeededUploads[]> {
  const rows = await db
    .select({ jobId: jobs.id, keys: uploadKeys })
    .from(jobs)
    .where(
      and(
        inArray(jobs.state, OPEN_STATES),
        lt(jobs.createdAt, acceptedBefore),
        sql`jsonb_array_length(${uploadKeys}) > 0`,
        after === undefined ? undefined : gt(jobs.id, after),
      ),
    )
    .orderBy(asc(jobs.id))
    .limit(limit);
  return rows.map(({ jobId, keys }) => ({ jobId, keys: [...new Set(keys)] }));
}
