import { sql } from 'drizzle-orm';
import {
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { JobError, JobSettings } from '../../domain/job.ts';
import type { DeliveryOutcome, EventType, NotificationEvent } from '../../domain/notification-event.ts';

/**
 * The database: accounts, use, the catalogue of jobs, the cost ledger and notifications. After a change run `npm run migration`
 * and commit what it writes; released migrations are never edited.
 */

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const users = pgTable('users', {
  id: text('id').primaryKey(),
  /** Lower case. */
  email: text('email').notNull().unique(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const tokens = pgTable(
  'tokens',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    tier: text('tier').notNull(),
    isAdmin: boolean('is_admin').notNull(),
    /** SHA-256 of the secret. */
    hash: text('hash').notNull().unique(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
    lastUsedAt: moment('last_used_at'),
    dayCeilingUsd: doublePrecision('day_ceiling_usd'),
    monthCeilingUsd: doublePrecision('month_ceiling_usd'),
  },
  (table) => [index('tokens_by_user').on(table.userId)],
);

/** Per account and calendar month (UTC). */
export const usage = pgTable(
  'usage',
  {
    accountId: text('account_id').notNull(),
    month: text('month').notNull(),
    videos: integer('videos').notNull().default(0),
    seconds: doublePrecision('seconds').notNull().default(0),
    costUsd: doublePrecision('cost_usd').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.month] })],
);

export const jobs = pgTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    userId: text('user_id').notNull(),
    accountId: text('account_id').notNull(),
    tier: text('tier'),
    batchId: text('batch_id'),
    projectId: text('project_id'),
    source: text('source').notNull(),
    /** Of source and settings: jobs with the same hash do the same. */
    sourceHash: text('source_hash').notNull(),
    title: text('title'),
    state: text('state').notNull(),
    priority: integer('priority').notNull(),
    /** What the workflow is started with. */
    start: jsonb('start').notNull(),
    /** The request that asked for this run. */
    operationId: text('operation_id').notNull(),
    /** The month whose quota holds a video for this job; null when it was given back. */
    reservedMonth: text('reserved_month'),
    /** Seconds that the use of that month already counts. */
    settledSeconds: doublePrecision('settled_seconds').notNull().default(0),
    durationSeconds: doublePrecision('duration_seconds'),
    /** Why it failed. */
    error: jsonb('error').$type<JobError>(),
    costUsd: doublePrecision('cost_usd').notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** When a process took it to start its workflow. */
    takenAt: moment('taken_at'),
    /** When the workflow was known to be there; null: the start is still owed. */
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
    /** A step waits for a person, as of the last look into Temporal: then the job takes up nobody's turn. */
    needsAttention: boolean('needs_attention').notNull().default(false),
  },
  (table) => [
    index('jobs_by_user').on(table.userId, table.createdAt, table.id),
    index('jobs_by_batch')
      .on(table.batchId)
      .where(sql`${table.batchId} is not null`),
    index('jobs_by_project')
      .on(table.projectId)
      .where(sql`${table.projectId} is not null`),
    /** One reel of a project is made at a time (R4). */
    uniqueIndex('jobs_one_reel_of_project')
      .on(table.userId, table.projectId)
      .where(
        sql`${table.projectId} is not null and ${table.state} in ('accepted', 'started') and ${table.start} ->> 'kind' = 'reelStitch'`,
      ),
    index('jobs_open_by_source')
      .on(table.userId, table.sourceHash)
      .where(sql`${table.state} in ('accepted', 'started')`),
    index('jobs_by_end')
      .on(table.endedAt)
      .where(sql`${table.endedAt} is not null`),
    index('jobs_open')
      .on(table.state, table.accountId)
      .where(sql`${table.state} in ('accepted', 'started')`),
  ],
);

export const batches = pgTable(
  'batches',
  {
    id: text('id').primaryKey(),
    userId: text('user_id').notNull(),
    accountId: text('account_id').notNull(),
    tier: text('tier'),
    name: text('name'),
    playlistUrl: text('playlist_url'),
    /** When the videos of the playlist were added. */
    listedAt: moment('listed_at'),
    /** Of every job. */
    settings: jsonb('settings').$type<JobSettings>().notNull(),
    priority: integer('priority').notNull(),
    state: text('state').notNull(),
    /** Why its list could not be made. */
    error: jsonb('error').$type<JobError>(),
    /** Counts how often it was asked for. */
    run: integer('run').notNull().default(1),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** When the workflow of this run was known to be there; null: the start is still owed. */
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
  },
  (table) => [
    index('batches_by_user').on(table.userId, table.createdAt, table.id),
    index('batches_open')
      .on(table.startedAt)
      .where(sql`${table.state} in ('running', 'cancelling')`),
  ],
);

/** The videos of batches. */
export const batchItems = pgTable(
  'batch_items',
  {
    batchId: text('batch_id')
      .notNull()
      .references(() => batches.id),
    number: integer('number').notNull(),
    line: integer('line').notNull(),
    url: text('url').notNull(),
    title: text('title'),
    /** waiting, accepted (then its job tells the rest), refused, cancelled, duplicate */
    outcome: text('outcome').notNull(),
    jobId: text('job_id'),
    /** The user had this job before. */
    attached: boolean('attached').notNull().default(false),
    /** Counts retries. */
    attempt: integer('attempt').notNull().default(0),
    /** Why it was refused. */
    error: jsonb('error').$type<JobError>(),
  },
  (table) => [
    primaryKey({ columns: [table.batchId, table.number] }),
    index('batch_items_waiting')
      .on(table.batchId, table.number)
      .where(sql`${table.outcome} = 'waiting'`),
  ],
);

export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: text('user_id').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    operationId: uuid('operation_id').notNull().defaultRandom(),
    /** Until then nobody else answers the request; null once it is answered. */
    takenUntil: moment('taken_until'),
    status: integer('status'),
    headers: jsonb('headers').$type<Record<string, string>>(),
    body: text('body'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.key] }),
    index('idempotency_keys_by_age').on(table.createdAt),
  ],
);

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
  },
  (table) => [primaryKey({ columns: [table.scope, table.period, table.percent] })],
);

/** Emergency stops and their ends; the last row is what holds. */
export const stopEvents = pgTable('stop_events', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  action: text('action').notNull(),
  actor: text('actor').notNull(),
  reason: text('reason').notNull(),
  at: moment('at').notNull().defaultNow(),
  /** When every running job had been told. */
  toldAt: moment('told_at'),
});

/** Addresses that a user's webhooks go to. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: text('id').primaryKey(),
    userId: text('user_id').notNull(),
    /** Null: signs for the addresses that single jobs, batches and reels name. */
    url: text('url'),
    events: jsonb('events').$type<EventType[]>().notNull(),
    /** Encrypted: see secret-cipher.ts. */
    secret: text('secret').notNull(),
    previousSecret: text('previous_secret'),
    /** Until then both secrets sign. */
    previousSecretUntil: moment('previous_secret_until'),
    createdAt: moment('created_at').notNull(),
    disabledAt: moment('disabled_at'),
    disabledReason: text('disabled_reason'),
  },
  (table) => [
    index('webhook_endpoints_by_user').on(table.userId),
    uniqueIndex('webhook_endpoints_signer')
      .on(table.userId)
      .where(sql`${table.url} is null`),
  ],
);

/** Whom a job, batch or reel tells of its events, because whoever submitted it asked for that. */
export const notificationRequests = pgTable(
  'notification_requests',
  {
    subjectId: text('subject_id').notNull(),
    kind: text('kind').$type<'webhook' | 'mail'>().notNull(),
    address: text('address').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.subjectId, table.kind, table.address] }),
    index('notification_requests_by_age').on(table.createdAt),
  ],
);

/** One message to one receiver about one event. */
export const notifications = pgTable(
  'notifications',
  {
    id: text('id').primaryKey(),
    eventId: text('event_id').notNull(),
    userId: text('user_id').notNull(),
    kind: text('kind').$type<'webhook' | 'mail'>().notNull(),
    address: text('address').notNull(),
    /** Whose secret signs, and whose it is to be disabled; null for mails. */
    endpointId: text('endpoint_id').references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    event: jsonb('event').$type<NotificationEvent>().notNull(),
    state: text('state').$type<'pending' | DeliveryOutcome>().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    unique('notifications_once').on(table.eventId, table.kind, table.address),
    index('notifications_by_endpoint').on(table.endpointId, table.id),
    index('notifications_by_age').on(table.createdAt),
  ],
);

/** The delivery log of webhooks: every attempt. */
export const webhookAttempts = pgTable(
  'webhook_attempts',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    notificationId: text('notification_id')
      .notNull()
      .references(() => notifications.id, { onDelete: 'cascade' }),
    at: moment('at').notNull(),
    outcome: text('outcome').$type<DeliveryOutcome>().notNull(),
    statusCode: integer('status_code'),
    durationMs: integer('duration_ms').notNull(),
    problem: text('problem'),
  },
  (table) => [index('webhook_attempts_by_notification').on(table.notificationId, table.id)],
);

/** What users think of their results: one for each job and user. */
export const feedback = pgTable(
  'feedback',
  {
    jobId: text('job_id').notNull(),
    userId: text('user_id').notNull(),
    rating: integer('rating').notNull(),
    words: text('words').notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.userId] }), index('feedback_by_time').on(table.at)],
);
