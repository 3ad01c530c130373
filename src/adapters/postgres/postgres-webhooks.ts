import { randomBytes } from 'node:crypto';
import { and, asc, count, desc, eq, inArray, isNotNull, isNull, lt } from 'drizzle-orm';
import { typeid } from 'typeid-js';
import { ClipScribeError } from '../../domain/errors.ts';
import type { EventType } from '../../domain/notification-event.ts';
import type {
  WebhookAttempt,
  WebhookDelivery,
  WebhookEndpoint,
  Webhooks,
  WebhookWithSecret,
} from '../../ports/webhooks.ts';
import type { Database } from './database.ts';
import { notifications, webhookAttempts, webhookEndpoints as endpoints } from './notification-schema.ts';
import type { SealedAddresses, Sealing } from './sealed-addresses.ts';
import type { SecretCipher } from './secret-cipher.ts';

/** Every event of a user is sent to each of them. */
const MOST_ENDPOINTS = 20;
const SECRET_BYTES = 32;
/** How long the secret before the newest one signs as well. */
const ROTATION_MS = 24 * 3600 * 1000;

/** Webhook endpoints and their delivery log in PostgreSQL. */
export class PostgresWebhooks implements Webhooks {
  readonly #db: Database;
  readonly #cipher: SecretCipher;
  readonly #addresses: SealedAddresses;
  readonly #now: () => Date;

  constructor(db: Database, { cipher, addresses }: Sealing, now: () => Date) {
    this.#db = db;
    this.#cipher = cipher;
    this.#addresses = addresses;
    this.#now = now;
  }

  async add({
    userId,
    url,
    events,
  }: {
    userId: string;
    url: string;
    events: readonly EventType[];
  }): Promise<WebhookWithSecret> {
    const [known] = await this.#db
      .select({ count: count() })
      .from(endpoints)
      .where(and(eq(endpoints.userId, userId), isNotNull(endpoints.url)));
    if ((known?.count ?? 0) >= MOST_ENDPOINTS) {
      throw new ClipScribeError(
        'InvalidInput',
        `A user has ${MOST_ENDPOINTS} webhooks at most; remove one first.`,
      );
    }
    const { row, secret } = this.#newEndpoint(userId, url, events);
    await this.#db.insert(endpoints).values(row);
    return { endpoint: this.#endpointOf({ ...noTrouble, ...row }), secret };
  }

  async list(
    userId: string,
    { limit, before }: { limit: number; before: string | undefined },
  ): Promise<WebhookEndpoint[]> {
    // TypeIDs begin with the time of their making.
    const rows = await this.#db
      .select()
      .from(endpoints)
      .where(and(eq(endpoints.userId, userId), before === undefined ? undefined : lt(endpoints.id, before)))
      .orderBy(desc(endpoints.id))
      .limit(limit);
    return rows.map((row) => this.#endpointOf(row));
  }

  async find(userId: string, endpointId: string): Promise<WebhookEndpoint | undefined> {
    const [row] = await this.#db.select().from(endpoints).where(own(userId, endpointId));
    return row === undefined ? undefined : this.#endpointOf(row);
  }

  async signer(userId: string): Promise<WebhookEndpoint> {
    await this.#db
      .insert(endpoints)
      .values(this.#newEndpoint(userId, null, []).row)
      .onConflictDoNothing();
    const [row] = await this.#db
      .select()
      .from(endpoints)
      .where(and(eq(endpoints.userId, userId), isNull(endpoints.url)));
    if (row === undefined) throw new Error('An endpoint that was just written is missing.');
    return this.#endpointOf(row);
  }

  async remove(userId: string, endpointId: string): Promise<WebhookEndpoint | undefined> {
    const [row] = await this.#db.delete(endpoints).where(own(userId, endpointId)).returning();
    return row === undefined ? undefined : this.#endpointOf(row);
  }

  async rotate(userId: string, endpointId: string): Promise<WebhookWithSecret | undefined> {
    const secret = newSecret();
    const [row] = await this.#db
      .update(endpoints)
      .set({
        secret: this.#cipher.encrypt(secret, endpointId),
        previousSecret: endpoints.secret,
        previousSecretUntil: new Date(this.#now().getTime() + ROTATION_MS),
      })
      .where(own(userId, endpointId))
      .returning();
    return row === undefined ? undefined : { endpoint: this.#endpointOf(row), secret };
  }

  async enable(userId: string, endpointId: string): Promise<WebhookEndpoint | undefined> {
    const [row] = await this.#db
      .update(endpoints)
      .set({ disabledAt: null, disabledReason: null })
      .where(own(userId, endpointId))
      .returning();
    return row === undefined ? undefined : this.#endpointOf(row);
  }

  async deliveries(
    endpointId: string,
    { limit, before }: { limit: number; before: string | undefined },
  ): Promise<WebhookDelivery[]> {
    const rows = await this.#db
      .select()
      .from(notifications)
      .where(
        and(
          eq(notifications.endpointId, endpointId),
          before === undefined ? undefined : lt(notifications.id, before),
        ),
      )
      .orderBy(desc(notifications.id))
      .limit(limit);
    if (rows.length === 0) return [];
    const attempts = await this.#db
      .select()
      .from(webhookAttempts)
      .where(
        inArray(
          webhookAttempts.notificationId,
          rows.map(({ id }) => id),
        ),
      )
      .orderBy(asc(webhookAttempts.id));
    const byDelivery = Map.groupBy(attempts, ({ notificationId }) => notificationId);
    return rows.map((row) => this.#deliveryOf(row, byDelivery.get(row.id) ?? []));
  }

  async reopenDelivery(endpointId: string, deliveryId: string): Promise<boolean> {
    const reopened = await this.#db
      .update(notifications)
      .set({ state: 'pending' })
      .where(and(eq(notifications.id, deliveryId), eq(notifications.endpointId, endpointId)))
      .returning();
    return reopened.length > 0;
  }

  #newEndpoint(userId: string, url: string | null, events: readonly EventType[]) {
    const id = typeid('webhook').toString();
    const secret = newSecret();
    const address = url === null ? null : this.#addresses.sealWhole(url, id);
    const row = {
      ...{ id, userId, events: [...events], createdAt: this.#now() },
      ...{ url: address?.shown ?? null, sealedUrl: address?.sealed ?? null },
      secret: this.#cipher.encrypt(secret, id),
    };
    return { row, secret };
  }

  #endpointOf({
    id,
    userId,
    url,
    sealedUrl,
    events,
    createdAt,
    previousSecretUntil,
    disabledAt,
    disabledReason,
  }: Omit<typeof endpoints.$inferSelect, 'secret' | 'previousSecret'>): WebhookEndpoint {
    return {
      url: url === null ? null : this.#addresses.open({ shown: url, sealed: sealedUrl }, id),
      ...{ id, userId, events, createdAt, previousSecretUntil, disabledAt, disabledReason },
    };
  }

  #deliveryOf(
    { id, eventId, event, address, sealedAddress, state, createdAt }: typeof notifications.$inferSelect,
    attempts: readonly (typeof webhookAttempts.$inferSelect)[],
  ): WebhookDelivery {
    return {
      ...{ id, state, createdAt },
      type: event.type,
      subjectId: event.data.id,
      url: this.#addresses.open({ shown: address, sealed: sealedAddress }, eventId),
      attempts: attempts.map(({ at, outcome, statusCode, durationMs, problem }): WebhookAttempt => ({
        ...{ at, outcome, statusCode, durationMs, problem },
      })),
    };
  }
}

const own = (userId: string, endpointId: string) =>
  and(eq(endpoints.id, endpointId), eq(endpoints.userId, userId));

/** As Standard Webhooks writes them. */
const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

const noTrouble = { previousSecretUntil: null, disabledAt: null, disabledReason: null };
