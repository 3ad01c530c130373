import { and, eq, isNotNull, lt } from 'drizzle-orm';
import type { IdempotencyStore, KeyState, StoredAnswer } from '../../ports/idempotency-store.ts';
import type { Database } from './database.ts';
import { idempotencyKeys as keys } from './schema.ts';
import type { SecretCipher } from './secret-cipher.ts';

/** Longer than any request lasts: then the process that took the key is dead. */
const TAKEN_FOR_MS = 30_000;
const KEPT_FOR_MS = 24 * 3600 * 1000;

/** Idempotency keys in PostgreSQL. */
export class PostgresIdempotencyStore implements IdempotencyStore {
  readonly #db: Database;
  readonly #cipher: SecretCipher;
  readonly #now: () => Date;

  constructor(db: Database, cipher: SecretCipher, now: () => Date) {
    this.#db = db;
    this.#cipher = cipher;
    this.#now = now;
  }

  async take(userId: string, key: string, requestHash: string): Promise<KeyState> {
    const now = this.#now();
    const takenUntil = new Date(now.getTime() + TAKEN_FOR_MS);
    const mine = and(eq(keys.userId, userId), eq(keys.key, key));
    await this.#db.delete(keys).where(and(mine, lt(keys.createdAt, new Date(now.getTime() - KEPT_FOR_MS))));
    const [inserted] = await this.#db
      .insert(keys)
      .values({ userId, key, requestHash, takenUntil, createdAt: now })
      .onConflictDoNothing()
      .returning();
    if (inserted !== undefined) return { kind: 'taken', operationId: inserted.operationId };
    const [known] = await this.#db.select().from(keys).where(mine);
    if (known === undefined) return { kind: 'in-flight' };
    if (known.requestHash !== requestHash) return { kind: 'other-request' };
    if (known.status !== null) {
      const kept = known.body ?? '';
      // One of before is in the clear.
      const body = this.#cipher.decrypt(kept, ownerOf(userId, key)) ?? kept;
      const answer = { status: known.status, headers: known.headers ?? {}, body };
      return { kind: 'answered', answer };
    }
    const [taken] = await this.#db
      .update(keys)
      .set({ takenUntil })
      .where(and(mine, isNotNull(keys.takenUntil), lt(keys.takenUntil, now)))
      .returning();
    return taken === undefined ? { kind: 'in-flight' } : { kind: 'taken', operationId: taken.operationId };
  }

  async answer(userId: string, key: string, { status, headers, body }: StoredAnswer): Promise<void> {
    await this.#db
      .update(keys)
      // An answer may hold the address of a webhook.
      .set({ status, headers, body: this.#cipher.encrypt(body, ownerOf(userId, key)), takenUntil: null })
      .where(and(eq(keys.userId, userId), eq(keys.key, key)));
  }

  async release(userId: string, key: string): Promise<void> {
    // The operation id stays: the next try is the same operation.
    await this.#db
      .update(keys)
      .set({ takenUntil: new Date(0) })
      .where(and(eq(keys.userId, userId), eq(keys.key, key), isNotNull(keys.takenUntil)));
  }

  async sweep(): Promise<void> {
    await this.#db.delete(keys).where(lt(keys.createdAt, new Date(this.#now().getTime() - KEPT_FOR_MS)));
  }
}

const ownerOf = (userId: string, key: string): string => `${userId}/${key}`;
