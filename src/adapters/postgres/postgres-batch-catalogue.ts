import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import { isSettled, type BatchCounts, type BatchItemState, type NewBatchItem } from '../../domain/batch.ts';
import type { JobError } from '../../domain/job.ts';
import type { RequestedReceiver } from '../../domain/notification-receivers.ts';
import { tierNameSchema } from '../../domain/tiers.ts';
import type {
  AcceptBatch,
  Batch,
  BatchCatalogue,
  BatchItem,
  BatchTotals,
} from '../../ports/batch-catalogue.ts';
import { countItems, itemState } from './batch-items.ts';
import type { Database, Transaction } from './database.ts';
import { OPEN_STATES } from './job-row.ts';
import { isOlder } from './newest-first.ts';
import { keepReceivers } from './requested-receivers.ts';
import { retryBatch } from './retry-batch.ts';
import { batches, batchItems as items, jobs } from './schema.ts';
import type { SealedAddresses } from './sealed-addresses.ts';
import { refuseWhenStopped } from './stop-state.ts';

const OPEN_BATCHES = ['running', 'cancelling'];

/** Rows of one insert: PostgreSQL takes 65,535 parameters. */
const ROWS_AT_ONCE = 1000;

/** Batches in PostgreSQL. Of addresses that carry secrets, it has the whole only encrypted. */
export class PostgresBatchCatalogue implements BatchCatalogue {
  readonly #db: Database;
  readonly #addresses: SealedAddresses;
  readonly #now: () => Date;

  constructor(db: Database, addresses: SealedAddresses, now: () => Date) {
    this.#db = db;
    this.#addresses = addresses;
    this.#now = now;
  }

  async accept(
    batch: AcceptBatch,
    newItems: readonly NewBatchItem[],
    receivers: readonly RequestedReceiver[] = [],
  ): Promise<void> {
    const now = this.#now();
    await this.#db.transaction(async (tx) => {
      await refuseWhenStopped(tx);
      const inserted = await tx
        .insert(batches)
        .values({ ...batch, ...this.#sealedPlaylist(batch), state: 'running', createdAt: now })
        .onConflictDoNothing()
        .returning();
      if (inserted.length === 0) return;
      await this.#insertItems(tx, batch.id, newItems);
      await keepReceivers(tx, this.#addresses, { subjectId: batch.id, receivers, createdAt: now });
    });
  }

  async find(batchId: string): Promise<Batch | undefined> {
    const [row] = await this.#db.select().from(batches).where(eq(batches.id, batchId));
    return row === undefined ? undefined : this.#batchOf(row);
  }

  async list(
    userId: string,
    { limit, before }: { limit: number; before: { createdAt: Date; id: string } | undefined },
  ): Promise<Batch[]> {
    const rows = await this.#db
      .select()
      .from(batches)
      .where(and(eq(batches.userId, userId), isOlder(batches, before)))
      .orderBy(desc(batches.createdAt), desc(batches.id))
      .limit(limit);
    return rows.map((row) => this.#batchOf(row));
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
      ...{ number: item.number, line: item.line, state },
      url: this.#addresses.open({ shown: item.url, sealed: item.sealedUrl }, ownerOf(item)),
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
      if (listed.length > 0) await this.#insertItems(tx, batchId, newItems);
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
      .where(and(eq(jobs.batchId, batchId), inArray(jobs.state, OPEN_STATES)));
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
    return this.#db.transaction((tx) => retryBatch(tx, batchId, goOn));
  }

  async owedStarts(limit: number): Promise<Batch[]> {
    const rows = await this.#db
      .select()
      .from(batches)
      .where(and(inArray(batches.state, OPEN_BATCHES), isNull(batches.startedAt)))
      .orderBy(asc(batches.createdAt))
      .limit(limit);
    return rows.map((row) => this.#batchOf(row));
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

  async #insertItems(tx: Transaction, batchId: string, newItems: readonly NewBatchItem[]): Promise<void> {
    for (let first = 0; first < newItems.length; first += ROWS_AT_ONCE) {
      const rows = newItems.slice(first, first + ROWS_AT_ONCE).map(({ isDuplicate, url, ...item }) => {
        const { shown, sealed } = this.#addresses.seal(url, ownerOf({ ...item, batchId }));
        const outcome = isDuplicate ? 'duplicate' : 'waiting';
        return { ...item, batchId, url: shown, sealedUrl: sealed, outcome };
      });
      await tx.insert(items).values(rows).onConflictDoNothing();
    }
  }

  #sealedPlaylist({ id, playlistUrl }: AcceptBatch) {
    if (playlistUrl === null) return {};
    const { shown, sealed } = this.#addresses.seal(playlistUrl, id);
    return { playlistUrl: shown, sealedPlaylistUrl: sealed };
  }

  #batchOf({ startedAt: _, listedAt, sealedPlaylistUrl, ...row }: typeof batches.$inferSelect): Batch {
    const { id, playlistUrl } = row;
    return {
      ...row,
      playlistUrl:
        playlistUrl === null
          ? null
          : this.#addresses.open({ shown: playlistUrl, sealed: sealedPlaylistUrl }, id),
      isListed: playlistUrl === null || listedAt !== null,
      tier: tierNameSchema.nullable().parse(row.tier),
      state: row.state as Batch['state'],
    };
  }
}

/** What the address of a video belongs to. */
const ownerOf = ({ batchId, number }: { batchId: string; number: number }): string => `${batchId}/${number}`;
