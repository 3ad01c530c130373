import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import type { UnusedUpload, UnusedUploads } from '../../ports/unused-uploads.ts';
import type { Database, Transaction } from './database.ts';
import { LOCKS, lockNamed } from './locks.ts';
import { unusedUploads as uploads } from './schema.ts';

/** Keys of one statement; PostgreSQL takes 65,535 values in one. */
const BATCH = 1000;

/** Uploads that no job uses yet, in PostgreSQL. */
export class PostgresUnusedUploads implements UnusedUploads {
  readonly #db: Database;
  readonly #now: () => Date;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  heldBytes(userId: string): Promise<number> {
    return heldBytes(this.#db, userId);
  }

  async add({ key, userId, bytes }: UnusedUpload, limitBytes: number): Promise<boolean> {
    return this.#db.transaction(async (tx) => {
      await lockNamed(tx, LOCKS.uploads, userId);
      const [known] = await tx.select({ key: uploads.key }).from(uploads).where(eq(uploads.key, key));
      if (known !== undefined) return true;
      if ((await heldBytes(tx, userId)) + bytes > limitBytes) return false;
      await tx.insert(uploads).values({ key, userId, bytes, announcedAt: this.#now() });
      return true;
    });
  }

  async usersBefore(moment: Date): Promise<string[]> {
    const rows = await this.#db
      .selectDistinct({ userId: uploads.userId })
      .from(uploads)
      .where(lt(uploads.announcedAt, moment));
    return rows.map(({ userId }) => userId);
  }

  async announcedBefore(userId: string, moment: Date): Promise<string[]> {
    const rows = await this.#db
      .select({ key: uploads.key })
      .from(uploads)
      .where(and(eq(uploads.userId, userId), lt(uploads.announcedAt, moment)));
    return rows.map(({ key }) => key);
  }

  async remove(keys: readonly string[]): Promise<number> {
    let removed = 0;
    for (let from = 0; from < keys.length; from += BATCH) {
      const some = keys.slice(from, from + BATCH);
      const rows = await this.#db
        .delete(uploads)
        .where(inArray(uploads.key, some))
        .returning({ key: uploads.key });
      removed += rows.length;
    }
    return removed;
  }
}

async function heldBytes(db: Database | Transaction, userId: string): Promise<number> {
  const [row] = await db
    .select({ bytes: sql<number>`coalesce(sum(${uploads.bytes}), 0)::float8` })
    .from(uploads)
    .where(eq(uploads.userId, userId));
  return row?.bytes ?? 0;
}
