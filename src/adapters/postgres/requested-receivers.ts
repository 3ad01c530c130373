import type { RequestedReceiver } from '../../domain/notification-receivers.ts';
import type { Transaction } from './database.ts';
import { notificationRequests } from './notification-schema.ts';
import type { SealedAddresses } from './sealed-addresses.ts';

/** Has a job, batch or reel tell somebody of its events, in the transaction that accepts it. Idempotent. */
export async function keepReceivers(
  tx: Transaction,
  addresses: SealedAddresses,
  {
    subjectId,
    receivers,
    createdAt,
  }: { subjectId: string; receivers: readonly RequestedReceiver[]; createdAt: Date },
): Promise<void> {
  if (receivers.length === 0) return;
  await tx
    .insert(notificationRequests)
    .values(
      receivers.map((receiver) => ({
        subjectId,
        ...sealedReceiver(addresses, receiver, subjectId),
        createdAt,
      })),
    )
    .onConflictDoNothing();
}

/** A receiver as it lies in the database: addresses of webhooks are secrets. */
export function sealedReceiver(
  addresses: SealedAddresses,
  { kind, address }: RequestedReceiver,
  owner: string,
): RequestedReceiver & { sealedAddress: string | null } {
  if (kind === 'mail') return { kind, address, sealedAddress: null };
  const { shown, sealed } = addresses.sealWhole(address, owner);
  return { kind, address: shown, sealedAddress: sealed };
}
