import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import type {
  AcceptJob,
  CatalogueJob,
  CatalogueState,
  HeldJob,
  JobCatalogue,
  OpenJob,
  Rest,
  SettleJob,
  Usage,
} from '../../ports/job-catalogue.ts';
import { acceptAgain, acceptJobs } from './accept-jobs.ts';
import type { Database } from './database.ts';
import { endJob } from './end-job.ts';
import { jobOf, OPEN_STATES } from './job-row.ts';
import { LOCKS, lock, lockNamed } from './locks.ts';
import { isOlder } from './newest-first.ts';
import { keepReceivers } from './requested-receivers.ts';
import { noteAttention, noteDownloads, noteRest } from './resting-jobs.ts';
import { jobs, usage } from './schema.ts';
import type { SealedAddresses } from './sealed-addresses.ts';
import { isStopped } from './stop-state.ts';
import { jobsWhoseTurnItIs } from './turns.ts';

/** Jobs in PostgreSQL. */
export class PostgresJobCatalogue implements JobCatalogue {
  readonly #db: Database;
  readonly #addresses: SealedAddresses;
  readonly #now: () => Date;

  constructor(db: Database, addresses: SealedAddresses, now: () => Date) {
    this.#db = db;
    this.#addresses = addresses;
    this.#now = now;
  }

  async accept(accepted: readonly AcceptJob[]): Promise<void> {
    if (accepted.length === 0) return;
    await this.#db.transaction((tx) => acceptJobs(tx, this.#addresses, accepted, this.#now()));
  }

  async acceptOrAttach(job: AcceptJob): Promise<string> {
    const { id, userId, sourceHash, receivers = [] } = job;
    return this.#db.transaction(async (tx) => {
      await lockNamed(tx, LOCKS.attach, `${userId}\n${sourceHash}`);
      const same = and(
        eq(jobs.userId, userId),
        eq(jobs.sourceHash, sourceHash),
        inArray(jobs.state, OPEN_STATES),
      );
      const [open] = await tx
        .select({ id: jobs.id })
        .from(jobs)
        .where(or(eq(jobs.id, id), same))
        // The same request again is the same job, also where there is another one.
        .orderBy(desc(eq(jobs.id, id)), desc(jobs.createdAt))
        .limit(1);
      if (open === undefined || open.id === id) {
        await acceptJobs(tx, this.#addresses, [job], this.#now());
        return id;
      }
      const createdAt = this.#now();
      await keepReceivers(tx, this.#addresses, { subjectId: open.id, receivers, createdAt });
      return open.id;
    });
  }

  async acceptAgain(job: AcceptJob): Promise<boolean> {
    return this.#db.transaction((tx) => acceptAgain(tx, job, this.#now()));
  }

  async find(jobId: string): Promise<CatalogueJob | undefined> {
    const [row] = await this.#db.select().from(jobs).where(eq(jobs.id, jobId));
    return row === undefined ? undefined : jobOf(row);
  }

  async findSame(userId: string, sourceHash: string): Promise<CatalogueJob | undefined> {
    const [row] = await this.#db
      .select()
      .from(jobs)
      .where(
        and(
          eq(jobs.userId, userId),
          eq(jobs.sourceHash, sourceHash),
          inArray(jobs.state, [...OPEN_STATES, 'completed']),
        ),
      )
      .orderBy(desc(eq(jobs.state, 'completed')), desc(jobs.createdAt))
      .limit(1);
    return row === undefined ? undefined : jobOf(row);
  }

  async list(
    { userId, states, projectId }: { userId: string; states: readonly CatalogueState[]; projectId?: string },
    { limit, before }: { limit: number; before: { createdAt: Date; id: string } | undefined },
  ): Promise<CatalogueJob[]> {
    const rows = await this.#db
      .select()
      .from(jobs)
      .where(
        and(
          eq(jobs.userId, userId),
          inArray(jobs.state, [...states]),
          projectId === undefined ? undefined : eq(jobs.projectId, projectId),
          isOlder(jobs, before),
        ),
      )
      .orderBy(desc(jobs.createdAt), desc(jobs.id))
      .limit(limit);
    return rows.map(jobOf);
  }

  async findAll(jobIds: readonly string[]): Promise<CatalogueJob[]> {
    if (jobIds.length === 0) return [];
    const rows = await this.#db
      .select()
      .from(jobs)
      .where(inArray(jobs.id, [...jobIds]));
    return rows.map(jobOf);
  }

  async takeToStart({
    limit,
    staleAfterMs,
  }: {
    limit: number;
    staleAfterMs: number;
  }): Promise<CatalogueJob[]> {
    const now = this.#now();
    return this.#db.transaction(async (tx) => {
      await lock(tx, LOCKS.turns);
      if (await isStopped(tx)) return [];
      const left = await tx
        .select({ id: jobs.id })
        .from(jobs)
        .where(
          and(
            eq(jobs.state, 'started'),
            isNull(jobs.startedAt),
            lt(jobs.takenAt, new Date(now.getTime() - staleAfterMs)),
          ),
        )
        .limit(limit);
      const ids = [...left.map(({ id }) => id), ...(await jobsWhoseTurnItIs(tx, limit))].slice(0, limit);
      if (ids.length === 0) return [];
      const taken = await tx
        .update(jobs)
        .set({ state: 'started', takenAt: now })
        .where(inArray(jobs.id, ids))
        .returning();
      return taken.map(jobOf);
    });
  }

  async confirmStarted(jobId: string): Promise<void> {
    await this.#db
      .update(jobs)
      .set({ startedAt: this.#now() })
      .where(and(eq(jobs.id, jobId), isNull(jobs.startedAt)));
  }

  async putBack(jobId: string): Promise<void> {
    await this.#db
      .update(jobs)
      .set({ state: 'accepted' })
      .where(and(eq(jobs.id, jobId), eq(jobs.state, 'started'), isNull(jobs.startedAt)));
  }

  async changeStart(jobId: string, change: { priority: number; start: unknown }): Promise<boolean> {
    const waits = and(eq(jobs.id, jobId), eq(jobs.state, 'accepted'), isNull(jobs.takenAt));
    return (await this.#db.update(jobs).set(change).where(waits).returning({ id: jobs.id })).length > 0;
  }

  async withdraw(jobId: string): Promise<boolean> {
    const end = { id: jobId, state: 'cancelled', title: null, durationSeconds: null, error: null } as const;
    return this.#db.transaction((tx) => endJob(tx, end, eq(jobs.state, 'accepted'), this.#now()));
  }

  async settle(job: SettleJob): Promise<boolean> {
    const run = and(inArray(jobs.state, OPEN_STATES), eq(jobs.operationId, job.operationId));
    return this.#db.transaction((tx) => endJob(tx, job, run, this.#now()));
  }

  async reopen(jobId: string, operationId: string): Promise<boolean> {
    const run = and(eq(jobs.id, jobId), eq(jobs.operationId, operationId));
    const reopened = await this.#db
      .update(jobs)
      .set({ state: 'started', endedAt: null })
      .where(and(run, inArray(jobs.state, ['started', 'completed'])))
      .returning({ id: jobs.id });
    return reopened.length > 0;
  }

  async startAgain(jobId: string): Promise<void> {
    await this.#db
      .update(jobs)
      .set({ state: 'accepted', takenAt: null, startedAt: null, rest: null })
      .where(and(eq(jobs.id, jobId), eq(jobs.state, 'started')));
  }

  noteAttention(jobIds: readonly string[], waiting: readonly string[]): Promise<void> {
    return noteAttention(this.#db, jobIds, waiting);
  }

  noteRest(jobId: string, rest: Rest | null): Promise<void> {
    return noteRest(this.#db, jobId, rest);
  }

  noteDownloads(jobIds: readonly string[], waiting: readonly string[]): Promise<void> {
    return noteDownloads(this.#db, jobIds, waiting);
  }

  async heldByTemporal({ limit, after }: { limit: number; after: string | undefined }): Promise<HeldJob[]> {
    const { id, state, startedAt, operationId } = jobs;
    const rows = await this.#db
      .select({ id, state, startedAt, operationId })
      .from(jobs)
      .where(
        and(
          or(eq(jobs.state, 'started'), and(eq(jobs.state, 'accepted'), isNotNull(jobs.takenAt))),
          after === undefined ? undefined : gt(jobs.id, after),
        ),
      )
      .orderBy(asc(jobs.id))
      .limit(limit);
    return rows.map((row) => ({ ...row, state: row.state as CatalogueState }));
  }

  openJobs({ limit, after }: { limit: number; after: string | undefined }): Promise<OpenJob[]> {
    const { id, state, start, takenAt } = jobs;
    const isHeld = sql<boolean>`${state} = 'started' or ${takenAt} is not null`;
    return this.#db
      .select({ id, start, isHeld })
      .from(jobs)
      .where(and(inArray(state, OPEN_STATES), after === undefined ? undefined : gt(id, after)))
      .orderBy(asc(id))
      .limit(limit);
  }

  async usage(accountId: string, month: string): Promise<Usage> {
    const [row] = await this.#db
      .select()
      .from(usage)
      .where(and(eq(usage.accountId, accountId), eq(usage.month, month)));
    return { month, videos: row?.videos ?? 0, seconds: row?.seconds ?? 0, costUsd: row?.costUsd ?? 0 };
  }
}
