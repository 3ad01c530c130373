import { doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from './moment.ts';

/** What each stage of each run cost (H6). */
export const costs = pgTable(
  'costs',
  {
    jobId: text('job_id').notNull(),
    runId: text('run_id').notNull(),
    /** Counts the reports of a run: a report that comes twice is one. */
    report: integer('report').notNull(),
    stage: text('stage').notNull(),
    accountId: text('account_id').notNull(),
    model: text('model'),
    seconds: doublePrecision('seconds').notNull(),
    costUsd: doublePrecision('cost_usd').notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.runId, table.report, table.stage] }),
    index('costs_by_account').on(table.accountId, table.at),
    index('costs_by_time').on(table.at),
  ],
);

/** Ceilings that came near or were reached, each once in its day or month. */
export const costAlerts = pgTable(
  'cost_alerts',
  {
    /** An account's id, or `installation`. */
    scope: text('scope').notNull(),
    /** `2026-11-24` or `2026-11`. */
    period: text('period').notNull(),
    /** 80 or 100 */
    percent: integer('percent').notNull(),
    limitUsd: doublePrecision('limit_usd').notNull(),
    usedUsd: doublePrecision('used_usd').notNull(),
    at: moment('at').notNull().defaultNow(),
    /** When people were told that it came near. */
    toldAt: moment('told_at'),
  },
  (table) => [primaryKey({ columns: [table.scope, table.period, table.percent] })],
);
