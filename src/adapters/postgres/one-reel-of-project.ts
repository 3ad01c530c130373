import { and, eq, inArray, sql } from 'drizzle-orm';
import { ClipScribeError } from '../../domain/errors.ts';
import type { AcceptJob } from '../../ports/job-catalogue.ts';
import type { Transaction } from './database.ts';
import { OPEN_STATES } from './job-row.ts';
import { jobs } from './schema.ts';

/**
 * What was not inserted is there already, or another reel of its project stands in its way.
 *
 * @throws ClipScribeError JobAlreadyRunning
 */
export async function refuseSecondReel(
  tx: Transaction,
  accepted: readonly AcceptJob[],
  inserted: readonly { id: string }[],
): Promise<void> {
  const there = new Set(inserted.map(({ id }) => id));
  for (const { id, userId, projectId } of accepted) {
    if (projectId === null || there.has(id)) continue;
    const [known] = await tx.select({ id: jobs.id }).from(jobs).where(eq(jobs.id, id));
    if (known !== undefined) continue;
    const mine = and(
      eq(jobs.userId, userId),
      eq(jobs.projectId, projectId),
      inArray(jobs.state, OPEN_STATES),
    );
    const [running] = await tx
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(mine, sql`${jobs.start} ->> 'kind' = 'reelStitch'`));
    throw new ClipScribeError(
      'JobAlreadyRunning',
      `A reel of the project ${projectId} is being made already${running ? `: ${running.id}` : ''}.`,
      running === undefined ? {} : { jobId: running.id },
    );
  }
}
