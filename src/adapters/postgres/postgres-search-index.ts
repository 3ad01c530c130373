import { and, eq, gt, isNull, like, lt, or, sql, type SQL } from 'drizzle-orm';
import type {
  HitPosition,
  IndexedSegment,
  IndexedTranscript,
  SearchHit,
  SearchIndex,
} from '../../ports/search-index.ts';
import type { Database } from './database.ts';
import { readHeadline, HEADLINE_OPTIONS } from './headline.ts';
import { jobs } from './schema.ts';
import { transcripts, transcriptSegments as segments } from './search-schema.ts';
import { textConfiguration } from './text-configurations.ts';

/** Rows of one statement; PostgreSQL takes 65,535 values in one. */
const BATCH = 1000;

interface HitRow {
  rank: number;
  created_at: string | Date;
  job_id: string;
  position: number;
  title: string | null;
  source: string;
  start_seconds: number;
  end_seconds: number;
  speaker: string | null;
  headline: string;
}

/** Full-text search by PostgreSQL. */
export class PostgresSearchIndex implements SearchIndex {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async replace({ jobId, userId, segments: given }: IndexedTranscript): Promise<void> {
    const rows = given.map((segment, position) => ({ jobId, userId, position, ...rowOf(segment) }));
    const configurations = [...new Set(rows.map(({ configuration }) => configuration))];
    await this.#db.transaction(async (tx) => {
      const indexedAt = sql`now()`;
      await tx
        .insert(transcripts)
        .values({ jobId, userId, configurations, indexedAt })
        // The row's lock makes two that replace one transcript take turns.
        .onConflictDoUpdate({ target: transcripts.jobId, set: { userId, configurations, indexedAt } });
      await tx.delete(segments).where(eq(segments.jobId, jobId));
      for (let from = 0; from < rows.length; from += BATCH)
        await tx.insert(segments).values(rows.slice(from, from + BATCH));
    });
  }

  async search(
    { userId, words }: { userId: string; words: string },
    { limit, after }: { limit: number; after: HitPosition | undefined },
  ): Promise<SearchHit[]> {
    const found = await this.#db
      .selectDistinct({ configuration: sql<string>`unnest(${transcripts.configurations})` })
      .from(transcripts)
      .where(eq(transcripts.userId, userId));
    if (found.length === 0) return [];
    // One query for each way to read words, because the index is asked for what one of them made of the query.
    const matching = sql.join(
      found.map(({ configuration }) => matchesOf(configuration, { userId, words })),
      sql` union all `,
    );
    const answer = (await this.#db.execute(sql`
      select best.*, ts_headline(configuration::regconfig, text, query, ${HEADLINE_OPTIONS}) as headline
      from (
        select * from (${matching}) as matching
        where ${isBehind(after)}
        order by rank desc, created_at desc, job_id desc, position
        limit ${limit}
      ) as best
      order by rank desc, created_at desc, job_id desc, position
    `)) as unknown as { rows: HitRow[] };
    return answer.rows.map(hitOf);
  }

  async missing({
    after,
    limit,
  }: {
    after: string;
    limit: number;
  }): Promise<{ jobId: string; userId: string }[]> {
    return this.#db
      .select({ jobId: jobs.id, userId: jobs.userId })
      .from(jobs)
      .leftJoin(transcripts, eq(transcripts.jobId, jobs.id))
      .where(
        and(
          eq(jobs.state, 'completed'),
          or(isNull(transcripts.jobId), lt(transcripts.indexedAt, jobs.endedAt)),
          like(jobs.id, 'job\\_%'),
          gt(jobs.id, after),
        ),
      )
      .orderBy(jobs.id)
      .limit(limit);
  }
}

const rowOf = ({ start, end, speaker, text, language }: IndexedSegment) => ({
  startSeconds: start,
  endSeconds: end,
  speaker: speaker === null ? null : printable(speaker),
  text: printable(text),
  configuration: textConfiguration(language),
});

/** Without control characters: PostgreSQL stores no NUL, and headlines are marked by others of them. */
const printable = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ');

/** Segments that match, as words are read in one configuration, with their rank. */
const matchesOf = (configuration: string, { userId, words }: { userId: string; words: string }): SQL => sql`
  select ts_rank_cd(${segments.words}, query)::real as rank, ${jobs.createdAt} as created_at,
    ${segments.jobId} as job_id, ${segments.position} as position, ${jobs.title} as title,
    ${jobs.source} as source, ${segments.startSeconds} as start_seconds, ${segments.endSeconds} as end_seconds,
    ${segments.speaker} as speaker, ${segments.text} as text, ${segments.configuration} as configuration, query
  from ${segments}
  join ${jobs} on ${jobs.id} = ${segments.jobId}
  cross join websearch_to_tsquery(${configuration}::regconfig, ${words}) as query
  where ${segments.words} @@ query and ${segments.configuration} = ${configuration}
    and ${segments.userId} = ${userId} and ${jobs.state} = 'completed'`;

const isBehind = (after: HitPosition | undefined): SQL =>
  after === undefined
    ? sql`true`
    : sql`(rank < ${after.rank}::real or (rank = ${after.rank}::real and (
        (created_at, job_id) < (${after.createdAt.toISOString()}::timestamptz, ${after.jobId})
        or (job_id = ${after.jobId} and position > ${after.position}))))`;

const hitOf = ({ created_at, job_id, start_seconds, end_seconds, headline, ...row }: HitRow): SearchHit => ({
  rank: row.rank,
  createdAt: new Date(created_at),
  jobId: job_id,
  position: row.position,
  title: row.title,
  source: row.source,
  start: start_seconds,
  end: end_seconds,
  speaker: row.speaker,
  ...readHeadline(headline),
});
