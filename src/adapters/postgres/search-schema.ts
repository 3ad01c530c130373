import { sql } from 'drizzle-orm';
import {
  customType,
  doublePrecision,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import { jobs } from './schema.ts';
import { TEXT_CONFIGURATIONS } from './text-configurations.ts';

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

/** Transcripts that are held for search. They go with their job. */
export const transcripts = pgTable(
  'transcripts',
  {
    jobId: text('job_id')
      .primaryKey()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    userId: text('user_id').notNull(),
    /** Those of its segments. */
    configurations: text('configurations').array().notNull(),
    indexedAt: timestamp('indexed_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [index('transcripts_by_user').on(table.userId)],
);

/** One row for each segment of a transcript. */
export const transcriptSegments = pgTable(
  'transcript_segments',
  {
    jobId: text('job_id').notNull(),
    /** From 0, in order of time. */
    position: integer('position').notNull(),
    userId: text('user_id').notNull(),
    startSeconds: doublePrecision('start_seconds').notNull(),
    endSeconds: doublePrecision('end_seconds').notNull(),
    speaker: text('speaker'),
    text: text('text').notNull(),
    /**
     * By which rules of PostgreSQL its words are read. Text, because a column of type regconfig would keep
     * `pg_upgrade` from working.
     */
    configuration: text('configuration').notNull(),
    words: tsvector('words').generatedAlwaysAs(
      sql.raw(
        `case configuration ${TEXT_CONFIGURATIONS.map((name) => `when '${name}' then to_tsvector('pg_catalog.${name}'::regconfig, text)`).join(' ')} else to_tsvector('pg_catalog.simple'::regconfig, text) end`,
      ),
    ),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.position] }),
    foreignKey({ columns: [table.jobId], foreignColumns: [transcripts.jobId] }).onDelete('cascade'),
    index('transcript_segments_by_words').using('gin', table.words),
    index('transcript_segments_by_user').on(table.userId),
  ],
);
