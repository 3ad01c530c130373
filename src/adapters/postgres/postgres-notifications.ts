import { and, asc, eq, gt, isNotNull, isNull, lt } from 'drizzle-orm';
import { typeid } from 'typeid-js';
import type { NotificationEvent } from '../../domain/notification-event.ts';
import type { KnownReceivers, Receiver } from '../../domain/notification-receivers.ts';
import type {
  Notifications,
  PendingMail,
  PendingNotification,
  PendingWebhook,
} from '../../ports/notifications.ts';
import type { WebhookAnswer } from '../../ports/webhook-sender.ts';
import type { Webhooks } from '../../ports/webhooks.ts';
import type { Database, Transaction } from './database.ts';
import {
  notificationRequests as requests,
  notifications,
  webhookAttempts,
  webhookEndpoints as endpoints,
} from './notification-schema.ts';
import { batches, jobs, users } from './schema.ts';
import { sealedReceiver } from './requested-receivers.ts';
import type { SealedAddresses, Sealing } from './sealed-addresses.ts';
import type { SecretCipher } from './secret-cipher.ts';

const KEPT_FOR_MS = 30 * 24 * 3600 * 1000;
/** Jobs may wait and be done again for long. */
const REQUESTS_KEPT_FOR_MS = 365 * 24 * 3600 * 1000;

/** Who is told of what, in PostgreSQL. */
export class PostgresNotifications implements Notifications {
  readonly #db: Database;
  readonly #cipher: SecretCipher;
  readonly #addresses: SealedAddresses;
  readonly #webhooks: Webhooks;
  readonly #now: () => Date;

  /** @param webhooks makes the endpoints that sign for single addresses */
  constructor(db: Database, { cipher, addresses }: Sealing, webhooks: Webhooks, now: () => Date) {
    this.#db = db;
    this.#cipher = cipher;
    this.#addresses = addresses;
    this.#webhooks = webhooks;
    this.#now = now;
  }

  async receivers(userId: string, subjectId: string): Promise<KnownReceivers> {
    const [own, requested, [user], [batch]] = await Promise.all([
      this.#db
        .select()
        .from(endpoints)
        .where(and(eq(endpoints.userId, userId), isNotNull(endpoints.url)))
        .orderBy(asc(endpoints.id)),
      this.#db.select().from(requests).where(eq(requests.subjectId, subjectId)),
      this.#db.select().from(users).where(eq(users.id, userId)),
      this.#db
        .select({ endedAt: batches.endedAt })
        .from(jobs)
        .innerJoin(batches, eq(batches.id, jobs.batchId))
        .where(eq(jobs.id, subjectId)),
    ]);
    return {
      endpoints: own.map(({ id, url, sealedUrl, events, disabledAt }) => ({
        ...{ id, events, url: this.#addresses.open({ shown: url ?? '', sealed: sealedUrl }, id) },
        isDisabled: disabledAt !== null,
      })),
      requested: requested.map(({ kind, address, sealedAddress }) => ({
        kind,
        address: this.#addresses.open({ shown: address, sealed: sealedAddress }, subjectId),
      })),
      userMail: user?.email ?? null,
      batch: batch ?? null,
    };
  }

  async plan(
    { eventId, userId, event }: { eventId: string; userId: string; event: NotificationEvent },
    receivers: readonly Receiver[],
  ): Promise<PendingNotification[]> {
    if (receivers.length > 0) {
      const needsSigner = receivers.some(({ kind, endpointId }) => kind === 'webhook' && endpointId === null);
      const signerId = needsSigner ? (await this.#webhooks.signer(userId)).id : null;
      const rows = receivers.map(({ kind, address, endpointId }) => ({
        ...{ id: typeid('ntf').toString(), eventId, userId, event },
        ...sealedReceiver(this.#addresses, { kind, address }, eventId),
        endpointId: kind === 'mail' ? null : (endpointId ?? signerId),
        state: 'pending' as const,
        createdAt: this.#now(),
      }));
      await this.#db.insert(notifications).values(rows).onConflictDoNothing();
    }
    return this.#db
      .select({ id: notifications.id, kind: notifications.kind })
      .from(notifications)
      .where(and(eq(notifications.eventId, eventId), eq(notifications.state, 'pending')))
      .orderBy(asc(notifications.id));
  }

  async findWebhook(notificationId: string): Promise<PendingWebhook | undefined> {
    const [row] = await this.#db
      .select()
      .from(notifications)
      .innerJoin(endpoints, eq(endpoints.id, notifications.endpointId))
      .where(and(eq(notifications.id, notificationId), isNull(endpoints.disabledAt)));
    if (row === undefined) return undefined;
    const { webhook_endpoints: endpoint, notifications: notification } = row;
    const { eventId, address, sealedAddress, event } = notification;
    return {
      url: this.#addresses.open({ shown: address, sealed: sealedAddress }, eventId),
      event,
      secrets: this.#validSecrets(endpoint),
    };
  }

  async findMail(notificationId: string): Promise<PendingMail | undefined> {
    const [row] = await this.#db
      .select()
      .from(notifications)
      .where(and(eq(notifications.id, notificationId), eq(notifications.kind, 'mail')));
    return row === undefined ? undefined : { to: row.address, event: row.event };
  }

  async recordAttempt(
    notificationId: string,
    { outcome, statusCode, durationMs, problem }: WebhookAnswer,
    isLast: boolean,
  ): Promise<void> {
    const now = this.#now();
    await this.#db.transaction(async (tx) => {
      const state = outcome === 'failed' && !isLast ? 'pending' : outcome;
      const [notification] = await tx
        .update(notifications)
        .set({ state })
        .where(eq(notifications.id, notificationId))
        .returning();
      // It was removed with its endpoint meanwhile.
      if (notification === undefined) return;
      const attempt = { notificationId, at: now, outcome, statusCode, durationMs, problem };
      await tx.insert(webhookAttempts).values(attempt);
      const { endpointId, createdAt } = notification;
      if (state === 'pending' || state === 'delivered' || endpointId === null) return;
      // An endpoint that took something else meanwhile lives; it does not like this one message.
      if (state === 'failed' && (await tookSomethingSince(tx, endpointId, createdAt))) return;
      await tx
        .update(endpoints)
        .set({ disabledAt: now, disabledReason: problem })
        // What signs for many addresses is not given up for one of them.
        .where(and(eq(endpoints.id, endpointId), isNotNull(endpoints.url)));
    });
  }

  async recordMail(notificationId: string, state: 'delivered' | 'failed'): Promise<void> {
    await this.#db.update(notifications).set({ state }).where(eq(notifications.id, notificationId));
  }

  async sweep(): Promise<void> {
    const now = this.#now().getTime();
    await this.#db.delete(notifications).where(lt(notifications.createdAt, new Date(now - KEPT_FOR_MS)));
    await this.#db.delete(requests).where(lt(requests.createdAt, new Date(now - REQUESTS_KEPT_FOR_MS)));
  }

  #validSecrets({
    id,
    secret,
    previousSecret,
    previousSecretUntil,
  }: typeof endpoints.$inferSelect): string[] {
    const previousHolds =
      previousSecretUntil !== null && previousSecretUntil.getTime() > this.#now().getTime();
    const encrypted = previousHolds ? [secret, previousSecret] : [secret];
    return encrypted
      .filter((text) => text !== null)
      .map((text) => this.#cipher.decrypt(text, id))
      .filter((text) => text !== undefined);
  }
}

async function tookSomethingSince(tx: Transaction, endpointId: string, since: Date): Promise<boolean> {
  const [delivered] = await tx
    .select({ id: webhookAttempts.id })
    .from(webhookAttempts)
    .innerJoin(notifications, eq(notifications.id, webhookAttempts.notificationId))
    .where(
      and(
        eq(notifications.endpointId, endpointId),
        eq(webhookAttempts.outcome, 'delivered'),
        gt(webhookAttempts.at, since),
      ),
    )
    .limit(1);
  return delivered !== undefined;
}
