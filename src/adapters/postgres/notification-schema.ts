import { sql } from 'drizzle-orm';
import {
  bigserial,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { DeliveryOutcome, EventType, NotificationEvent } from '../../domain/notification-event.ts';
import { moment } from './moment.ts';

/** Addresses that a user's webhooks go to. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: text('id').primaryKey(),
    userId: text('user_id').notNull(),
    /** Null: signs for the addresses that single jobs, batches and reels name. */
    url: text('url'),
    /** The whole, encrypted: see sealed-addresses.ts. Null: `url` is the whole. */
    sealedUrl: text('sealed_url'),
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
    /** As in webhook_endpoints; null for mails, too. */
    sealedAddress: text('sealed_address'),
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
    sealedAddress: text('sealed_address'),
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
