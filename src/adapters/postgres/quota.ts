import { and, eq, lte, sql } from 'drizzle-orm';
import { ClipScribeError } from '../../domain/errors.ts';
import { monthOf, startOfNextMonth } from '../../domain/period.ts';
import { tierOf, type TierName } from '../../domain/tiers.ts';
import type { Transaction } from './database.ts';
import { usage } from './schema.ts';

export interface Reservation {
  accountId: string;
  tier: TierName | null;
  videos: number;
}

/**
 * Takes videos out of this month's quota. One statement decides and counts, so that two requests never take the
 * last video both.
 *
 * @returns the month that counts them
 * @throws ClipScribeError QuotaExceeded, with the limit, the use and the day of the reset
 */
export async function reserveVideos(
  tx: Transaction,
  { accountId, tier, videos }: Reservation,
  now: Date,
): Promise<string> {
  const month = monthOf(now);
  const limit = tierOf(tier)?.videosPerMonth;
  await tx.insert(usage).values({ accountId, month }).onConflictDoNothing();
  const mine = and(eq(usage.accountId, accountId), eq(usage.month, month));
  const reserved = await tx
    .update(usage)
    .set({ videos: sql`${usage.videos} + ${videos}` })
    .where(limit === undefined ? mine : and(mine, lte(usage.videos, limit - videos)))
    .returning();
  if (reserved.length > 0) return month;
  const [row] = await tx.select().from(usage).where(mine);
  const resetsAt = startOfNextMonth(now);
  const used = row?.videos ?? 0;
  throw new ClipScribeError(
    'QuotaExceeded',
    `The ${tier} tier includes ${limit} videos a month; ${used} are used${videos > 1 ? ` and ${videos} more are asked for` : ''}. The count begins anew on ${resetsAt.toISOString().slice(0, 10)} (UTC).`,
    { retryAfterSeconds: Math.ceil((resetsAt.getTime() - now.getTime()) / 1000) },
  );
}

/** Changes the count of a month that has a row already. */
export async function addUsage(
  tx: Transaction,
  { accountId, month }: { accountId: string; month: string },
  { videos = 0, seconds = 0 }: { videos?: number; seconds?: number },
): Promise<void> {
  await tx
    .update(usage)
    .set({ videos: sql`${usage.videos} + ${videos}`, seconds: sql`${usage.seconds} + ${seconds}` })
    .where(and(eq(usage.accountId, accountId), eq(usage.month, month)));
}
