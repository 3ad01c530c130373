import { and, desc, eq, isNull, lt, or, sql } from 'drizzle-orm';
import { typeid } from 'typeid-js';
import { monthOf } from '../../domain/period.ts';
import { tierNameSchema, type CostCeilings, type TierName } from '../../domain/tiers.ts';
import type { Accounts, NewToken, TokenRecord, UsedToken } from '../../ports/accounts.ts';
import type { Database } from './database.ts';
import { batches, jobs, tokens, usage, users } from './schema.ts';

const TOUCH_INTERVAL_MS = 60_000;

/** Users and tokens in PostgreSQL. */
export class PostgresAccounts implements Accounts {
  readonly #db: Database;
  readonly #now: () => Date;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  async createToken({ email, tier, isAdmin, hash, expiresAt }: NewToken): Promise<TokenRecord> {
    const address = email.toLowerCase();
    return this.#db.transaction(async (tx) => {
      await tx
        .insert(users)
        .values({ id: typeid('user').toString(), email: address, createdAt: this.#now() })
        .onConflictDoNothing();
      const [user] = await tx.select().from(users).where(eq(users.email, address));
      if (user === undefined) throw new Error('A user that was just written is missing.');
      const [token] = await tx
        .insert(tokens)
        .values({
          ...{ id: typeid('token').toString(), userId: user.id, tier, isAdmin, hash, expiresAt },
          createdAt: this.#now(),
        })
        .returning();
      if (token === undefined) throw new Error('A token that was just written is missing.');
      return recordOf({ tokens: token, users: user });
    });
  }

  async listTokens({ limit, before }: { limit: number; before: string | undefined }): Promise<UsedToken[]> {
    const month = monthOf(this.#now());
    // TypeIDs begin with the time of their making.
    const rows = await this.#tokens()
      .leftJoin(usage, and(eq(usage.accountId, tokens.id), eq(usage.month, month)))
      .where(before === undefined ? undefined : lt(tokens.id, before))
      .orderBy(desc(tokens.id))
      .limit(limit);
    return rows.map((row) => {
      const { videos = 0, seconds = 0, costUsd = 0 } = row.usage ?? {};
      return { ...recordOf(row), usage: { month, videos, seconds, costUsd } };
    });
  }

  async findToken(hash: string): Promise<TokenRecord | undefined> {
    const [row] = await this.#tokens().where(eq(tokens.hash, hash));
    return row === undefined ? undefined : recordOf(row);
  }

  async revokeToken(tokenId: string): Promise<TokenRecord | undefined> {
    await this.#db
      .update(tokens)
      .set({ revokedAt: this.#now() })
      .where(and(eq(tokens.id, tokenId), isNull(tokens.revokedAt)));
    return this.#byId(tokenId);
  }

  async setCeilings(
    tokenId: string,
    { dayUsd, monthUsd }: Partial<CostCeilings>,
  ): Promise<TokenRecord | undefined> {
    if (dayUsd !== undefined || monthUsd !== undefined) {
      await this.#db
        .update(tokens)
        .set({
          ...(dayUsd === undefined ? {} : { dayCeilingUsd: dayUsd }),
          ...(monthUsd === undefined ? {} : { monthCeilingUsd: monthUsd }),
        })
        .where(eq(tokens.id, tokenId));
    }
    return this.#byId(tokenId);
  }

  async setTier(tokenId: string, tier: TierName): Promise<TokenRecord | undefined> {
    await this.#db.transaction(async (tx) => {
      await tx.update(tokens).set({ tier }).where(eq(tokens.id, tokenId));
      // Turns, quotas and limits of a job are its own tier's: those that wait, and those that are done again, follow.
      await tx.update(jobs).set({ tier }).where(eq(jobs.accountId, tokenId));
      await tx.update(batches).set({ tier }).where(eq(batches.accountId, tokenId));
    });
    return this.#byId(tokenId);
  }

  async touchToken(tokenId: string): Promise<void> {
    const now = this.#now();
    const stale = new Date(now.getTime() - TOUCH_INTERVAL_MS);
    await this.#db
      .update(tokens)
      .set({ lastUsedAt: now })
      .where(and(eq(tokens.id, tokenId), or(isNull(tokens.lastUsedAt), lt(tokens.lastUsedAt, stale))));
  }

  async hasTokens(): Promise<boolean> {
    const rows = await this.#db
      .select({ one: sql`1` })
      .from(tokens)
      .limit(1);
    return rows.length > 0;
  }

  async #byId(tokenId: string): Promise<TokenRecord | undefined> {
    const [row] = await this.#tokens().where(eq(tokens.id, tokenId));
    return row === undefined ? undefined : recordOf(row);
  }

  #tokens() {
    return this.#db.select().from(tokens).innerJoin(users, eq(users.id, tokens.userId)).$dynamic();
  }
}

const recordOf = ({
  tokens: token,
  users: user,
}: {
  tokens: typeof tokens.$inferSelect;
  users: typeof users.$inferSelect;
}): TokenRecord => ({
  id: token.id,
  userId: user.id,
  email: user.email,
  tier: tierNameSchema.parse(token.tier),
  isAdmin: token.isAdmin,
  hash: token.hash,
  createdAt: token.createdAt,
  expiresAt: token.expiresAt,
  revokedAt: token.revokedAt,
  lastUsedAt: token.lastUsedAt,
  ceilings: { dayUsd: token.dayCeilingUsd, monthUsd: token.monthCeilingUsd },
});
