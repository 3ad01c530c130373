import { sql, type SQL } from 'drizzle-orm';
import { tierNameSchema } from '../../domain/tiers.ts';
import type { CatalogueJob, CatalogueState } from '../../ports/job-catalogue.ts';
import { jobs } from './schema.ts';

/** Of jobs that have not ended. */
export const OPEN_STATES: CatalogueState[] = ['accepted', 'started'];

/** A row of the table of jobs as the port describes it. */
export const jobOf = (row: typeof jobs.$inferSelect): CatalogueJob => ({
  id: row.id,
  userId: row.userId,
  accountId: row.accountId,
  tier: tierNameSchema.nullable().parse(row.tier),
  batchId: row.batchId,
  projectId: row.projectId,
  source: row.source,
  sourceHash: row.sourceHash,
  title: row.title,
  state: row.state as CatalogueState,
  priority: row.priority,
  durationSeconds: row.durationSeconds,
  costUsd: row.costUsd,
  error: row.error,
  createdAt: row.createdAt,
  startedAt: row.startedAt,
  endedAt: row.endedAt,
  start: row.start,
  operationId: row.operationId,
});

/** What a job is started with, with other settings. */
export const startWith = (settings: object): SQL => {
  const value = sql`${JSON.stringify(settings)}::jsonb`;
  return sql`jsonb_set(jsonb_set(${jobs.start}, '{input,settings}', ${value}), '{memo,settings}', ${value})`;
};
