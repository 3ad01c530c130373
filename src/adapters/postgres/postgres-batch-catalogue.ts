import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import { isSettled, type BatchCounts, type BatchItemState, type NewBatchItem } from '../../domain/batch.ts';
import type { JobError } from '../../domain/job.ts';
import { tierNameSchema } from '../../domain/tiers.ts';
import type {
  AcceptBatch,
  Batch,
  BatchCatalogue,
  BatchItem,
  BatchTotals,
} from '../../ports/batch-catalogue.ts';
import type { Database, Transaction } from './database.ts';
import { batches, batchItems as items, jobs } from './schema.ts';
import { refuseWhenStopped } from './stop-state.ts';

const OPEN_BATCHES = ['running', 'cancelling'];
const OPEN_JOBS = ['accepted', 'started'];
/** Rows of one insert: PostgreSQL takes 65,535 parameters. */
const ROWS_AT_ONCE = 1000;

/** What became of a video: the list's own word until it is accepted, and then its job's. */
const itemState = sql<BatchItemState>`case
  when ${items.outcome} in ('waiting', 'cancelled', 'duplicate') then ${items.outcome}
  when ${items.outcome} = 'refused' or ${jobs.id} is null then 'failed'
  when ${jobs.state} = 'accepted' then 'queued'
  when ${jobs.state} = 'started' and ${jobs.needsAttention} then 'needs_attention'
  when ${jobs.state} = 'started' then 'running'
  else ${jobs.state} end`;

/** Batches in PostgreSQL. */
export class PostgresBatchCatalogue implements BatchCatalogue {
  readonly #db: Database;
  readonly #now: () => Date;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  async accept(batch: AcceptBatch, newItems: readonly NewBatchItem[]): Promise<void> {
    await this.#db.transaction(async (tx) => {
      await refuseWhenStopped(tx);
      const inserted = await tx
        .insert(batches)
        .values({ ...batch, state: 'running', createdAt: this.#now() })
        .onConflictDoNothing()
        .returning();
      if (inserted.length > 0) await insertItems(tx, batch.id, newItems);
    });
  }

  async find(batchId: string): Promise<Batch | undefined> {
    const [row] = await this.#db.select().from(batches).where(eq(batches.id, batchId));
    return row === undefined ? undefined : batchOf(row);
  }

  async list(
    userId: string,
    { limit, before }: { limit: number; before: { createdAt: Date; id: string } | undefined },
  ): Promise<Batch[]> {
    const behind =
      before === undefined
        ? undefined
        : or(
            lt(batches.createdAt, before.createdAt),
            and(eq(batches.createdAt, before.createdAt), lt(batches.id, before.id)),
          );
    const rows = await this.#db
      .select()
      .from(batches)
      .where(and(eq(batches.userId, userId), behind))
      .orderBy(desc(batches.createdAt), desc(batches.id))
      .limit(limit);
    return rows.map(batchOf);
  }

  counts(batchIds: readonly string[]): Promise<BatchCounts[]> {
    return countItems(this.#db, batchIds);
  }

  async totals(batchId: string): Promise<BatchTotals> {
    const [row] = await this.#db
      .select({
        durationSeconds: sql<number>`coalesce(sum(${jobs.durationSeconds}), 0)::float8`,
        costUsd: sql<number>`coalesce(sum(${jobs.costUsd}) filter (where not ${items.attached}), 0)::float8`,
      })
      .from(items)
      .innerJoin(jobs, eq(jobs.id, items.jobId))
      .where(eq(items.batchId, batchId));
    return row ?? { durationSeconds: 0, costUsd: 0 };
  }

  async items(
    batchId: string,
    { states, after, limit }: { states: readonly BatchItemState[] | undefined; after: number; limit: number },
  ): Promise<BatchItem[]> {
    const rows = await this.#db
      .select({ item: items, job: jobs, state: itemState })
      .from(items)
      .leftJoin(jobs, eq(jobs.id, items.jobId))
      .where(
        and(
          eq(items.batchId, batchId),
          gt(items.number, after),
          states === undefined ? undefined : inArray(itemState, [...states]),
        ),
      )
      .orderBy(asc(items.number))
      .limit(limit);
    return rows.map(({ item, job, state }) => ({
      ...{ number: item.number, line: item.line, url: item.url, state },
      ...{ jobId: item.jobId, attached: item.attached, attempt: item.attempt },
      title: job?.title ?? item.title,
      durationSeconds: job?.durationSeconds ?? null,
      costUsd: job?.costUsd ?? 0,
      error: item.error ?? job?.error ?? null,
    }));
  }

  async addItems(batchId: string, name: string | null, newItems: readonly NewBatchItem[]): Promise<void> {
    await this.#db.transaction(async (tx) => {
      const listed = await tx
        .update(batches)
        .set({ listedAt: this.#now(), name: sql`coalesce(${batches.name}, ${name}::text)` })
        .where(and(eq(batches.id, batchId), eq(batches.state, 'running'), isNull(batches.listedAt)))
        .returning({ id: batches.id });
      if (listed.length > 0) await insertItems(tx, batchId, newItems);
    });
  }

  async fail(batchId: string, error: JobError): Promise<void> {
    await this.#db
      .update(batches)
      .set({ state: 'failed', error, endedAt: this.#now() })
      .where(and(eq(batches.id, batchId), eq(batches.state, 'running')));
  }

  async noteJob(
    batchId: string,
    { number, jobId, attached }: { number: number; jobId: string; attached: boolean },
  ): Promise<void> {
    await this.#db
      .update(items)
      .set({ outcome: 'accepted', jobId, attached, error: null })
      .where(and(eq(items.batchId, batchId), eq(items.number, number)));
  }

  async noteRefusal(batchId: string, { number, error }: { number: number; error: JobError }): Promise<void> {
    await this.#db
      .update(items)
      .set({ outcome: 'refused', error })
      .where(and(eq(items.batchId, batchId), eq(items.number, number)));
  }

  async openJobs(batchId: string): Promise<string[]> {
    const rows = await this.#db
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.batchId, batchId), inArray(jobs.state, OPEN_JOBS)));
    return rows.map(({ id }) => id);
  }

  async requestCancel(batchId: string): Promise<void> {
    await this.#db.transaction(async (tx) => {
      const stopped = await tx
        .update(batches)
        .set({ state: 'cancelling' })
        .where(and(eq(batches.id, batchId), inArray(batches.state, OPEN_BATCHES)))
        .returning();
      if (stopped.length === 0) return;
      await tx
        .update(items)
        .set({ outcome: 'cancelled' })
        .where(and(eq(items.batchId, batchId), eq(items.outcome, 'waiting')));
    });
  }

  async end(batchId: string): Promise<boolean> {
    return this.#db.transaction(async (tx) => {
      // Held, so that no retry puts videos back between the count and the end.
      const [batch] = await tx.select().from(batches).where(eq(batches.id, batchId)).for('update');
      if (batch === undefined) return false;
      const [counts] = await countItems(tx, [batchId]);
      if (counts === undefined || !isSettled(counts)) return false;
      if (!OPEN_BATCHES.includes(batch.state)) return true;
      const state = batch.state === 'cancelling' ? 'cancelled' : 'completed';
      await tx.update(batches).set({ state, endedAt: this.#now() }).where(eq(batches.id, batchId));
      return true;
    });
  }

  async retry(batchId: string, goOn: boolean): Promise<number> {
    return this.#db.transaction(async (tx) => {
      await refuseWhenStopped(tx);
      // Held, so that the batch does not end in between.
      await tx.select().from(batches).where(eq(batches.id, batchId)).for('update');
      const ended = tx
        .select({ id: jobs.id })
        .from(jobs)
        .where(inArray(jobs.state, ['failed', 'cancelled']));
      const again = await tx
        .update(items)
        .set({
          ...{ outcome: 'waiting', error: null, attempt: sql`${items.attempt} + 1`, attached: false },
          // Another job's end is its own; the video gets one of the batch's.
          jobId: sql`case when ${items.attached} then null else ${items.jobId} end`,
        })
        .where(
          and(
            eq(items.batchId, batchId),
            or(
              inArray(items.outcome, ['refused', 'cancelled']),
              and(eq(items.outcome, 'accepted'), inArray(items.jobId, ended)),
            ),
          ),
        )
        .returning({ number: items.number });
      if (again.length > 0 || goOn) {
        await tx
          .update(batches)
          .set({
            state: 'running',
            error: null,
            run: sql`${batches.run} + 1`,
            startedAt: null,
            endedAt: null,
          })
          .where(eq(batches.id, batchId));
      }
      return again.length;
    });
  }

  async owedStarts(limit: number): Promise<Batch[]> {
    const rows = await this.#db
      .select()
      .from(batches)
      .where(and(inArray(batches.state, OPEN_BATCHES), isNull(batches.startedAt)))
      .orderBy(asc(batches.createdAt))
      .limit(limit);
    return rows.map(batchOf);
  }

  async confirmStarted(batchId: string, run: number): Promise<void> {
    await this.#db
      .update(batches)
      .set({ startedAt: this.#now() })
      .where(and(eq(batches.id, batchId), eq(batches.run, run)));
  }

  async startedBatches({ limit, after }: { limit: number; after: string | undefined }): Promise<string[]> {
    const rows = await this.#db
      .select({ id: batches.id })
      .from(batches)
      .where(
        and(
          inArray(batches.state, OPEN_BATCHES),
          isNotNull(batches.startedAt),
          after === undefined ? undefined : gt(batches.id, after),
        ),
      )
      .orderBy(asc(batches.id))
      .limit(limit);
    return rows.map(({ id }) => id);
  }

  async startAgain(batchId: string): Promise<void> {
    await this.#db
      .update(batches)
      .set({ startedAt: null })
      .where(and(eq(batches.id, batchId), inArray(batches.state, OPEN_BATCHES)));
  }
}

async function insertItems(
  tx: Transaction,
  batchId: string,
  newItems: readonly NewBatchItem[],
): Promise<void> {
  for (let first = 0; first < newItems.length; first += ROWS_AT_ONCE) {
    const rows = newItems.slice(first, first + ROWS_AT_ONCE).map(({ isDuplicate, ...item }) => ({
      ...item,
      batchId,
      outcome: isDuplicate ? 'duplicate' : 'waiting',
    }));
    await tx.insert(items).values(rows).onConflictDoNothing();
  }
}

async function countItems(db: Database | Transaction, batchIds: readonly string[]): Promise<BatchCounts[]> {
  if (batchIds.length === 0) return [];
  const rows = await db
    .select({ batchId: items.batchId, state: itemState, count: sql<number>`count(*)::int` })
    .from(items)
    .leftJoin(jobs, eq(jobs.id, items.jobId))
    .where(inArray(items.batchId, [...batchIds]))
    .groupBy(items.batchId, itemState);
  return batchIds.map((batchId) => {
    const mine = rows.filter((row) => row.batchId === batchId);
    const of = (state: BatchItemState): number => mine.find((row) => row.state === state)?.count ?? 0;
    return {
      total: mine.reduce((sum, { count }) => sum + count, 0),
      ...{ waiting: of('waiting'), queued: of('queued'), running: of('running') },
      needsAttention: of('needs_attention'),
      ...{ completed: of('completed'), failed: of('failed'), cancelled: of('cancelled') },
      duplicate: of('duplicate'),
    };
  });
}

const batchOf = ({ startedAt: _, listedAt, ...row }: typeof batches.$inferSelect): Batch => ({
  ...row,
  isListed: row.playlistUrl === null || listedAt !== null,
  tier: tierNameSchema.nullable().parse(row.tier),
  state: row.state as Batch['state'],
});
