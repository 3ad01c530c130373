import { boolean, doublePrecision, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Estimate } from '../../domain/estimate.ts';
import type { MeasuredRun } from '../../domain/run-rates.ts';
import type { Grain, QueueSample } from '../../domain/queue-history.ts';
import { moment } from './moment.ts';

/** How the queues were (S3): a row for each minute of a week, and for each hour of a year. */
export const queueHistory = pgTable(
  'queue_history',
  {
    grain: text('grain').$type<Grain>().notNull(),
    /** The beginning of the minute or hour. */
    at: moment('at').notNull(),
    sample: jsonb('sample').$type<QueueSample>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.grain, table.at] })],
);

/** How long runs of jobs took that completed, for estimates of later ones. */
export const runTimes = pgTable(
  'run_times',
  {
    jobId: text('job_id').notNull(),
    operationId: text('operation_id').notNull(),
    kind: text('kind').notNull(),
    queue: text('queue').notNull(),
    mediaSeconds: doublePrecision('media_seconds'),
    runSeconds: doublePrecision('run_seconds').notNull(),
    workSeconds: doublePrecision('work_seconds').notNull(),
    stages: jsonb('stages').$type<MeasuredRun['stages']>().notNull(),
    endedAt: moment('ended_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.operationId] }),
    index('run_times_by_end').on(table.endedAt),
  ],
);

/** What was estimated when jobs were submitted, to be compared with the truth. */
export const estimates = pgTable(
  'estimates',
  {
    jobId: text('job_id').notNull(),
    operationId: text('operation_id').notNull(),
    at: moment('at').notNull(),
    /** Until the turn comes, and until the job is done. */
    wait: jsonb('wait').$type<Estimate>().notNull(),
    end: jsonb('end').$type<Estimate>().notNull(),
    /** From runs of this installation, rather than assumed. */
    measured: boolean('measured').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.operationId] }),
    index('estimates_by_time').on(table.at),
  ],
);
