import { sql } from 'drizzle-orm';
import { doublePrecision, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { moment } from './moment.ts';

/** What is or was wrong with the installation, and conditions that hold, but not for long enough yet. */
export const incidents = pgTable(
  'incidents',
  {
    id: text('id').primaryKey(),
    /** The name of the rule. */
    alert: text('alert').notNull(),
    /** The empty string where the alert is about one thing only. */
    subject: text('subject').notNull(),
    value: doublePrecision('value').notNull(),
    heldSince: moment('held_since').notNull(),
    openedAt: moment('opened_at'),
    calmSince: moment('calm_since'),
    endedAt: moment('ended_at'),
    seenAt: moment('seen_at').notNull(),
    /** Of what people are told. */
    told: text('told').$type<'nothing' | 'opening' | 'end'>().notNull(),
  },
  (table) => [
    uniqueIndex('incidents_once')
      .on(table.alert, table.subject)
      .where(sql`${table.endedAt} is null`),
    index('incidents_by_time').on(table.openedAt),
  ],
);
