import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { JobError, JobSettings } from '../../domain/job.ts';
import { moment } from './moment.ts';

/**
 * The database: accounts, use, jobs and batches, and what people say; what else there is lies in the `*-schema.ts`
 * beside it. After a change run `npm run migration` and commit what it writes; released migrations are never edited.
 */

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

/** Uploads that no job uses yet, which count against what the user's tier lets them hold. */
export const unusedUploads = pgTable(
  'unused_uploads',
  {
    /** Of its file in the artifact store. */
    key: text('key').primaryKey(),
    userId: text('user_id').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    announcedAt: moment('announced_at').notNull(),
  },
  (table) => [index('unused_uploads_by_user').on(table.userId)],
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
    /** Why nothing of it runs, `paused` or `download`, see `Rest`: then it takes up no turn, up to RESTING_PER_TURN. */
    rest: text('rest'),
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
    index('jobs_by_start').on(table.startedAt),
    index('jobs_open_by_time')
      .on(table.createdAt)
      .where(sql`${table.state} in ('accepted', 'started')`),
    index('jobs_open')
      .on(table.state, table.accountId)
      .where(sql`${table.state} in ('accepted', 'started')`),
    /** In the order in which an account's turns are given. */
    index('jobs_by_turn')
      .on(table.accountId, table.priority.desc().nullsFirst(), table.createdAt, table.id)
      .where(sql`${table.state} = 'accepted'`),
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
    /** The whole address, encrypted, where `playlistUrl` is only what anybody may see of it. */
    sealedPlaylistUrl: text('sealed_playlist_url'),
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
    /** The whole address, encrypted, where `url` is only what anybody may see of it. */
    sealedUrl: text('sealed_url'),
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
