import { desc } from 'drizzle-orm';
import { stopText } from '../../domain/emergency-stop.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Database, Transaction } from './database.ts';
import { LOCKS, lockShared } from './locks.ts';
import { stopEvents } from './schema.ts';

/** The event that holds now: a stop, its end, or nothing yet. */
export async function lastStopEvent(
  db: Database | Transaction,
): Promise<typeof stopEvents.$inferSelect | undefined> {
  const [last] = await db.select().from(stopEvents).orderBy(desc(stopEvents.id)).limit(1);
  return last;
}

/**
 * Whether an emergency stop holds. It cannot begin before the transaction ends.
 */
export async function isStopped(tx: Transaction): Promise<boolean> {
  await lockShared(tx, LOCKS.stop);
  return (await lastStopEvent(tx))?.action === 'stop';
}

/** @throws ClipScribeError EmergencyStop, with who stopped it, when and why */
export async function refuseWhenStopped(tx: Transaction): Promise<void> {
  await lockShared(tx, LOCKS.stop);
  const last = await lastStopEvent(tx);
  if (last?.action !== 'stop') return;
  const { actor: by, at, reason } = last;
  throw new ClipScribeError('EmergencyStop', stopText({ by, at: at.toISOString(), reason }), {
    retryAfterSeconds: 300,
  });
}
