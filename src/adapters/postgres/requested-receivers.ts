import type { RequestedReceiver } from '../../domain/notification-receivers.ts';
import type { Transaction } from './database.ts';
import { notificationRequests } from './notification-schema.ts';

/** Has a job, batch or reel tell somebody of its events, in the transaction that accepts it. Idempotent. */
export async function keepReceivers(
  tx: Transaction,
  subjectId: string,
  receivers: readonly RequestedReceiver[],
  createdAt: Date,
): Promise<void> {
  if (receivers.length === 0) return;
  await tx
    .insert(notificationRequests)
    .values(receivers.map(({ kind, address }) => ({ subjectId, kind, address, createdAt })))
    .onConflictDoNothing();
}
