import { and, asc, count, eq, gte, lt, max, min, sql } from 'drizzle-orm';
import {
  GRAIN_MS,
  KEPT_MS,
  queueSampleSchema,
  rollUp,
  startOf,
  type Grain,
  type QueueSample,
} from '../../domain/queue-history.ts';
import type { DatedSample, MinuteOfJobs, QueueHistory } from '../../ports/queue-history.ts';
import type { Database } from './database.ts';
import { queueHistory } from './queue-schema.ts';
import { jobs } from './schema.ts';

/** The history of the queues in PostgreSQL. A grain and a moment are one row, whoever writes it. */
export class PostgresQueueHistory implements QueueHistory {
  readonly #db: Database;
  readonly #now: () => Date;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  async lacks(minute: Date): Promise<boolean> {
    const kept = and(eq(queueHistory.grain, 'minute'), eq(queueHistory.at, minute));
    return (await this.#db.$count(queueHistory, kept)) === 0;
  }

  async jobsOf(minute: Date): Promise<MinuteOfJobs> {
    const end = new Date(minute.getTime() + GRAIN_MS.minute);
    const waits = sql`${jobs.state} = 'accepted'`;
    const [[waiting], [{ started = 0 } = {}], ended] = await Promise.all([
      this.#db
        .select({ count: count(), since: min(jobs.createdAt) })
        .from(jobs)
        .where(waits),
      this.#db
        .select({ started: count() })
        .from(jobs)
        .where(and(gte(jobs.startedAt, minute), lt(jobs.startedAt, end))),
      this.#db
        .select({ state: jobs.state, count: count() })
        .from(jobs)
        .where(and(gte(jobs.endedAt, minute), lt(jobs.endedAt, end)))
        .groupBy(jobs.state),
    ]);
    const of = (state: string): number => ended.find((row) => row.state === state)?.count ?? 0;
    const since = waiting?.since ?? null;
    return {
      waiting: waiting?.count ?? 0,
      oldestWaitingSeconds: since === null ? null : (this.#now().getTime() - since.getTime()) / 1000,
      ...{ started, completed: of('completed'), failed: of('failed'), cancelled: of('cancelled') },
    };
  }

  async keep(minute: Date, sample: QueueSample): Promise<void> {
    await this.#insert('minute', minute, sample);
  }

  async rollUp(): Promise<void> {
    const now = this.#now();
    const [newest] = await this.#db
      .select({ at: max(queueHistory.at) })
      .from(queueHistory)
      .where(eq(queueHistory.grain, 'hour'));
    const from = newest?.at == null ? new Date(0) : new Date(newest.at.getTime() + GRAIN_MS.hour);
    const minutes = await this.#db
      .select()
      .from(queueHistory)
      .where(within('minute', from, startOf('hour', now)));
    const hours = Map.groupBy(minutes, ({ at }) => startOf('hour', at).getTime());
    for (const [hour, rows] of hours) {
      await this.#insert('hour', new Date(hour), rollUp(rows.map(sampleOf)));
    }
    for (const [grain, keptMs] of Object.entries(KEPT_MS) as [Grain, number][]) {
      const before = new Date(now.getTime() - keptMs);
      await this.#db.delete(queueHistory).where(within(grain, new Date(0), before));
    }
  }

  async read({
    grain,
    from,
    to,
    limit,
  }: {
    grain: Grain;
    from: Date;
    to: Date;
    limit: number;
  }): Promise<DatedSample[]> {
    const rows = await this.#db
      .select()
      .from(queueHistory)
      .where(within(grain, from, to))
      .orderBy(asc(queueHistory.at))
      .limit(limit);
    return rows.map((row) => ({ at: row.at, sample: sampleOf(row) }));
  }

  async #insert(grain: Grain, at: Date, sample: QueueSample): Promise<void> {
    await this.#db.insert(queueHistory).values({ grain, at, sample }).onConflictDoNothing();
  }
}

const within = (grain: Grain, from: Date, to: Date) =>
  and(eq(queueHistory.grain, grain), gte(queueHistory.at, from), lt(queueHistory.at, to));

const sampleOf = ({ sample }: { sample: unknown }): QueueSample => queueSampleSchema.parse(sample);
