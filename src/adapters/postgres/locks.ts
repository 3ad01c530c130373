import { sql } from 'drizzle-orm';
import type { Transaction } from './database.ts';

/** Keys of PostgreSQL's advisory locks. */
export const LOCKS = {
  migrations: 61_280_001,
  /** Held while turns are given out, so that no account gets more than its tier lets run. */
  turns: 61_280_002,
  /** Held shared by what must not happen during an emergency stop, and alone by the stop itself. */
  stop: 61_280_003,
  /** Of a user's source and settings: held while a job of them is looked for and, where there is none, accepted. */
  attach: 61_280_004,
  /** Of a user: held while an upload is counted against what all of them may hold. */
  uploads: 61_280_005,
} as const;

/** Waits for a lock and holds it until the transaction ends. */
export const lock = (tx: Transaction, key: number): Promise<unknown> =>
  tx.execute(sql`select pg_advisory_xact_lock(${key})`);

/** The same for one of many locks of a kind. Two names may share a lock; they then wait for each other. */
export const lockNamed = (tx: Transaction, key: number, name: string): Promise<unknown> =>
  tx.execute(sql`select pg_advisory_xact_lock(${key}, hashtext(${name}))`);

export const lockShared = (tx: Transaction, key: number): Promise<unknown> =>
  tx.execute(sql`select pg_advisory_xact_lock_shared(${key})`);
