import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createNotificationRepositories } from '../../../src/adapters/postgres/create-notification-repositories.ts';
import { createRepositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import { EVENT_TYPES, type NotificationEvent } from '../../../src/domain/notification-event.ts';
import { receiversOf, type Receiver } from '../../../src/domain/notification-receivers.ts';
import type { WebhookAnswer } from '../../../src/ports/webhook-sender.ts';
import { acceptJob } from '../../support/accept-job.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

const KEY = 'a'.repeat(64);
const DAY_MS = 24 * 3600 * 1000;
const url = 'https://example.org/hook';

const event: NotificationEvent = {
  type: 'job.complete',
  timestamp: '2026-11-24T12:00:00Z',
  data: {
    id: 'job_1',
    title: 'A talk',
    resultsUrl: null,
    durationSeconds: 60,
    costUsd: 0,
    videoCount: 1,
    error: null,
  },
};

const answer = (outcome: WebhookAnswer['outcome']): WebhookAnswer => ({
  outcome,
  statusCode: { delivered: 200, failed: 500, gone: 410 }[outcome],
  durationMs: 12,
  problem: outcome === 'delivered' ? null : `It was ${outcome}.`,
  retryAfterSeconds: null,
});

/** What every engine must do with webhooks and notifications. */
export function notificationsSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(name, () => {
    const database = emptyDatabase(place);
    let now: Date;
    let stores: ReturnType<typeof createNotificationRepositories>;

    beforeEach(() => {
      now = new Date('2026-11-24T12:00:00Z');
      stores = createNotificationRepositories(database.db, KEY, () => now);
    });

    const add = async (events = [...EVENT_TYPES]) =>
      (await stores.webhooks.add({ userId: 'user_a', url, events })).endpoint;
    let count = 0;
    const plan = (receivers: readonly Receiver[], eventId = `event-${(count += 1)}`) =>
      stores.notifications.plan({ eventId, userId: 'user_a', event }, receivers);
    async function planTo(endpointId: string | null, address = url): Promise<string> {
      const [planned] = await plan([{ kind: 'webhook', address, endpointId }]);
      return planned?.id ?? '';
    }
    const record = (id: string, outcome: WebhookAnswer['outcome'], isLast = false) =>
      stores.notifications.recordAttempt(id, answer(outcome), isLast);
    const page = { limit: 100, before: undefined };
    const catalogueWith = (key: string) =>
      createRepositories(database.db, () => now, undefined, key).catalogue;

    describe('webhooks', () => {
      test('keep their secret where no copy of the database shows it', async () => {
        const { endpoint, secret } = await stores.webhooks.add({ userId: 'user_a', url, events: [] });
        expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
        const stored = JSON.stringify(await database.db.execute(sql`select * from webhook_endpoints`));
        expect(stored).not.toContain(secret);
        expect(stored).not.toContain(secret.slice('whsec_'.length));
        const id = await planTo(endpoint.id);
        expect((await stores.notifications.findWebhook(id))?.secrets).toEqual([secret]);
        const otherKey = createNotificationRepositories(database.db, 'b'.repeat(64), () => now);
        expect((await otherKey.notifications.findWebhook(id))?.secrets).toEqual([]);
      });

      test('have two secrets for a day after a rotation, the newest first', async () => {
        const { endpoint, secret } = await stores.webhooks.add({ userId: 'user_a', url, events: [] });
        const id = await planTo(endpoint.id);
        const secrets = async () => (await stores.notifications.findWebhook(id))?.secrets;
        const rotated = await stores.webhooks.rotate('user_a', endpoint.id);
        expect(await secrets()).toEqual([rotated?.secret, secret]);
        const again = await stores.webhooks.rotate('user_a', endpoint.id);
        expect(await secrets()).toEqual([again?.secret, rotated?.secret]);
        expect(again?.endpoint.previousSecretUntil).toEqual(new Date(now.getTime() + DAY_MS));
        now = new Date(now.getTime() + DAY_MS);
        expect(await secrets()).toEqual([again?.secret]);
      });

      test('are their user’s alone', async () => {
        const { id } = await add();
        const { webhooks } = stores;
        expect(await webhooks.list('user_b', page)).toEqual([]);
        expect(await webhooks.find('user_b', id)).toBeUndefined();
        expect(await webhooks.rotate('user_b', id)).toBeUndefined();
        expect(await webhooks.enable('user_b', id)).toBeUndefined();
        expect(await webhooks.remove('user_b', id)).toBeUndefined();
        expect(await webhooks.find('user_a', id)).toMatchObject({ id, url, disabledAt: null });
      });

      test('are listed newest first in pages, and bounded in number', async () => {
        const ids: string[] = [];
        for (let index = 0; index < 20; index += 1) {
          ids.unshift((await add()).id);
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        await expect(add()).rejects.toMatchObject({ code: 'InvalidInput' });
        const first = await stores.webhooks.list('user_a', { limit: 12, before: undefined });
        const second = await stores.webhooks.list('user_a', { limit: 12, before: first.at(-1)?.id });
        expect([...first, ...second].map(({ id }) => id)).toEqual(ids);
        await stores.webhooks.remove('user_a', ids[0] ?? '');
        await add();
      });
    });

    describe('addresses of webhooks', () => {
      const secretUrl = (name: string) => `https://hooks.example.org/services/T0/SECRET-${name}?token=SECRET`;
      const stored = async () => {
        const tables = ['webhook_endpoints', 'notification_requests', 'notifications'];
        const rows = await Promise.all(
          tables.map((table) => database.db.execute(sql`select * from ${sql.identifier(table)}`)),
        );
        return JSON.stringify(rows);
      };
      /** An endpoint, an address that a job names, and a message to it. */
      async function tellEverywhere() {
        const { endpoint } = await stores.webhooks.add({
          userId: 'user_a',
          url: secretUrl('own'),
          events: [],
        });
        const named = { kind: 'webhook', address: secretUrl('named') } as const;
        await catalogueWith(KEY).accept([acceptJob({ id: 'job_1', receivers: [named] })]);
        const message = await planTo(null, secretUrl('sent'));
        return { endpoint, named, message };
      }
      async function makePlain() {
        const { db } = database;
        const [own, named, sent] = ['own', 'named', 'sent'].map(secretUrl);
        await db.execute(
          sql`update webhook_endpoints set url = ${own}, sealed_url = null where url is not null`,
        );
        await db.execute(sql`update notification_requests set address = ${named}, sealed_address = null`);
        await db.execute(sql`update notifications set address = ${sent}, sealed_address = null`);
      }
      async function expectAll({ endpoint, named, message }: Awaited<ReturnType<typeof tellEverywhere>>) {
        const { webhooks, notifications } = stores;
        expect(await webhooks.find('user_a', endpoint.id)).toMatchObject({ url: secretUrl('own') });
        expect(await notifications.receivers('user_a', 'job_1')).toMatchObject({
          endpoints: [{ url: secretUrl('own') }],
          requested: [named],
        });
        expect(await notifications.findWebhook(message)).toMatchObject({ url: secretUrl('sent') });
        const signer = await webhooks.signer('user_a');
        expect(await webhooks.deliveries(signer.id, page)).toMatchObject([{ url: secretUrl('sent') }]);
      }

      test('are seen in no copy of the database, and whole by whoever has the key', async () => {
        const told = await tellEverywhere();
        expect(await stored()).not.toContain('SECRET');
        expect(await stored()).toContain('hooks.example.org');
        await expectAll(told);
        const otherKey = createNotificationRepositories(database.db, 'b'.repeat(64), () => now);
        expect(await otherKey.webhooks.find('user_a', told.endpoint.id)).toMatchObject({
          url: expect.stringMatching(/^sealed:hooks.example.org\/[0-9a-f]{32}$/) as string,
        });
      });

      test('of before go on in the clear, and beside those that are encrypted', async () => {
        const told = await tellEverywhere();
        await makePlain();
        expect(await stored()).toContain('SECRET-named');
        await expectAll(told);
        // Named again, and another one: the first is told once, as receivers of one address are.
        const receivers = [told.named, { kind: 'webhook', address: secretUrl('other') }] as const;
        await catalogueWith(KEY).accept([acceptJob({ id: 'job_1', receivers })]);
        const known = await stores.notifications.receivers('user_a', 'job_1');
        expect(
          receiversOf(event, known, [])
            .map(({ address }) => address)
            .toSorted(),
        ).toEqual([secretUrl('named'), secretUrl('other')]);
      });
    });

    describe('planning', () => {
      test('writes each receiver once, however often it is repeated, and tells what is still to be sent', async () => {
        const { id } = await add();
        const receivers: Receiver[] = [
          { kind: 'webhook', address: url, endpointId: id },
          { kind: 'mail', address: 'ada@example.org', endpointId: null },
        ];
        const plans = await Promise.all(Array.from({ length: 5 }, () => plan(receivers, 'event-once')));
        for (const planned of plans) expect(planned).toEqual(plans[0]);
        const webhook = plans[0]?.find(({ kind }) => kind === 'webhook')?.id ?? '';
        const mail = plans[0]?.find(({ kind }) => kind === 'mail')?.id ?? '';
        expect(await stores.notifications.findMail(mail)).toEqual({ to: 'ada@example.org', event });
        expect(await stores.notifications.findMail(webhook)).toBeUndefined();
        await stores.notifications.recordMail(mail, 'delivered');
        expect(await plan(receivers, 'event-once')).toEqual([{ id: webhook, kind: 'webhook' }]);
        await record(webhook, 'delivered');
        expect(await plan(receivers, 'event-once')).toEqual([]);
      });

      test('knows the endpoints, the mail address of the user, and whoever was asked for', async () => {
        const accounts = createRepositories(database.db).accounts;
        const { userId } = await accounts.createToken({
          ...{ email: 'ada@example.org', tier: 'beta', isAdmin: false, hash: '1', expiresAt: null },
        });
        const { endpoint } = await stores.webhooks.add({ userId, url, events: ['job.failed'] });
        const named = [
          { kind: 'webhook', address: 'https://example.org/other' },
          { kind: 'mail', address: 'desk@example.org' },
        ] as const;
        const job = acceptJob({ id: 'job_1', receivers: named });
        const catalogue = catalogueWith(KEY);
        await catalogue.accept([job]);
        await catalogue.accept([job, acceptJob({ receivers: [{ kind: 'mail', address: 'x@example.org' }] })]);
        const known = await stores.notifications.receivers(userId, 'job_1');
        expect(known).toMatchObject({
          userMail: 'ada@example.org',
          endpoints: [{ id: endpoint.id, url, events: ['job.failed'], isDisabled: false }],
        });
        expect(known.requested).toHaveLength(2);
        expect(known.requested).toEqual(expect.arrayContaining([...named]));
        expect(await stores.notifications.receivers('local', 'job_3')).toEqual({
          ...{ userMail: null, endpoints: [], requested: [], batch: null },
        });
      });

      test('signs for single addresses with one secret per user, made when it is first needed', async () => {
        const ids = await Promise.all(['/1', '/2', '/3'].map((path) => planTo(null, `https://a.org${path}`)));
        const found = await Promise.all(ids.map((id) => stores.notifications.findWebhook(id)));
        expect(found.map((webhook) => webhook?.url)).toContain('https://a.org/2');
        expect(new Set(found.flatMap((webhook) => webhook?.secrets)).size).toBe(1);
        const signer = await stores.webhooks.signer('user_a');
        expect((await stores.webhooks.signer('user_a')).id).toBe(signer.id);
        expect((await stores.webhooks.signer('user_b')).id).not.toBe(signer.id);
        await record(ids[0] ?? '', 'gone');
        expect(await stores.webhooks.find('user_a', signer.id)).toMatchObject({ disabledAt: null });
      });
    });

    describe('the delivery log', () => {
      test('holds every attempt, and what became of the delivery', async () => {
        const { id } = await add();
        const delivery = await planTo(id);
        await record(delivery, 'failed');
        await record(delivery, 'delivered');
        await new Promise((resolve) => setTimeout(resolve, 2));
        const newer = await planTo(id);
        expect(await stores.webhooks.deliveries(id, { limit: 1, before: undefined })).toMatchObject([
          { id: newer, state: 'pending', attempts: [] },
        ]);
        expect(await stores.webhooks.deliveries(id, { limit: 1, before: newer })).toMatchObject([
          {
            ...{ id: delivery, state: 'delivered', type: 'job.complete', subjectId: 'job_1', url },
            attempts: [
              { outcome: 'failed', statusCode: 500, durationMs: 12, problem: 'It was failed.' },
              { outcome: 'delivered', statusCode: 200, problem: null },
            ],
          },
        ]);
        expect(await stores.webhooks.reopenDelivery(id, delivery)).toBe(true);
        expect(await stores.webhooks.reopenDelivery('webhook_other', delivery)).toBe(false);
        expect((await stores.webhooks.deliveries(id, page)).at(-1)?.state).toBe('pending');
      });

      test('disables an endpoint that is gone, and is enabled by its user', async () => {
        const { id } = await add();
        const [gone, waiting] = [await planTo(id), await planTo(id)];
        await record(gone, 'gone');
        expect(await stores.webhooks.find('user_a', id)).toMatchObject({
          ...{ disabledAt: now, disabledReason: 'It was gone.' },
        });
        expect(await stores.notifications.findWebhook(waiting)).toBeUndefined();
        await stores.webhooks.enable('user_a', id);
        expect(await stores.notifications.findWebhook(waiting)).toMatchObject({ url });
      });

      test('disables an endpoint after the last attempt, unless it took something else meanwhile', async () => {
        const { id } = await add();
        const [poisoned, fine, late] = [await planTo(id), await planTo(id), await planTo(id)];
        now = new Date(now.getTime() + DAY_MS);
        await record(fine, 'delivered');
        await record(poisoned, 'failed', true);
        expect(await stores.webhooks.find('user_a', id)).toMatchObject({ disabledAt: null });
        await stores.webhooks.remove('user_a', id);
        const other = await add();
        await record(late, 'failed', true);
        await record(await planTo(other.id), 'failed', true);
        expect(await stores.webhooks.find('user_a', other.id)).toMatchObject({ disabledAt: now });
      });

      test('goes with its endpoint, and with time', async () => {
        const endpoint = await add();
        const removed = await planTo(endpoint.id);
        await stores.webhooks.remove('user_a', endpoint.id);
        expect(await stores.notifications.findWebhook(removed)).toBeUndefined();
        await record(removed, 'delivered');
        const { id } = await add();
        await record(await planTo(id), 'delivered');
        now = new Date(now.getTime() + 29 * DAY_MS);
        await stores.notifications.sweep();
        expect(await stores.webhooks.deliveries(id, page)).toHaveLength(1);
        now = new Date(now.getTime() + 2 * DAY_MS);
        await stores.notifications.sweep();
        expect(await stores.webhooks.deliveries(id, page)).toEqual([]);
      });
    });
  });
}
