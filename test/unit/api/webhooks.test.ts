import { describe, expect, test } from 'vitest';
import { createTokenSecret, hashToken } from '../../../src/api/accounts/token-secret.ts';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import type { NotificationEvent } from '../../../src/domain/notification-event.ts';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';
import { tokenOf as batchTokenOf } from '../../support/batch-api.ts';

const url = 'https://example.org/hook';
const talk = { url: 'https://example.org/talk' };
const event: NotificationEvent = {
  type: 'job.complete',
  timestamp: '2026-11-24T12:00:00Z',
  data: {
    ...{ id: 'job_1', title: 'A talk', resultsUrl: null, durationSeconds: 60, costUsd: 0, videoCount: 1 },
    error: null,
  },
};

const announce = (): Promise<void> => Promise.reject(new Error('There is no Temporal.'));

interface Made {
  id: string;
  secret: string;
}

async function add(api: TestApi, headers: Record<string, string> = {}): Promise<Made> {
  const answer = await api.send('POST', '/api/webhooks', { url }, headers);
  expect(answer.status).toBe(201);
  return (await answer.json()) as Made;
}

describe('webhooks', () => {
  test('show their secret when they are made, and never again', async () => {
    const api = createTestApi();
    const headers = { 'idempotency-key': 'add-1' };
    const { id, secret } = await add(api, headers);
    expect(secret).toMatch(/^whsec_/);
    const again = await api.send('POST', '/api/webhooks', { url }, headers);
    expect(again.status).toBe(409);
    for (const answer of [again, await api.send('GET', '/api/webhooks')]) {
      expect(await answer.text()).not.toContain(secret.slice('whsec_'.length));
    }
    const rotated = (await (await api.send('POST', `/api/webhooks/${id}/rotate`)).json()) as Made;
    expect(rotated.secret).not.toBe(secret);
  });

  test('take all events, or some', async () => {
    const api = createTestApi();
    await add(api);
    await api.send('POST', '/api/webhooks', { url, events: ['job.failed'] });
    const page = await (await api.send('GET', '/api/webhooks')).json();
    expect(page).toMatchObject({
      webhooks: [
        { url, events: ['job.failed'], disabledAt: null },
        { url, events: expect.arrayContaining(['batch.complete']) as string[] },
      ],
      nextCursor: null,
    });
    for (const events of [[], ['job.paused']]) {
      expect((await api.send('POST', '/api/webhooks', { url, events })).status).toBe(422);
    }
  });

  test.each(['AddressBlocked', 'InvalidUrl', 'HostUnreachable'] as const)(
    'are refused at an address that cannot work: %s',
    async (code) => {
      const checkWebhookUrl = () => Promise.reject(new ClipScribeError(code, 'It cannot work.'));
      const api = createTestApi({ checkWebhookUrl });
      const answer = await api.send('POST', '/api/webhooks', { url });
      expect(await answer.json()).toMatchObject({ code, status: 422 });
    },
  );

  test('tell in pages what was delivered, and deliver it once more', async () => {
    const resent: string[] = [];
    const deliver = (id: string) => Promise.resolve(void resent.push(id));
    const api = createTestApi({ notificationClient: { deliver, announce } });
    const { id } = await add(api);
    for (const eventId of ['1', '2', '3']) {
      await api.notifications.plan({ eventId, userId: 'local', event }, [
        { kind: 'webhook', address: url, endpointId: id },
      ]);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const read = async (query: string) =>
      (await (await api.send('GET', `/api/webhooks/${id}/deliveries?${query}`)).json()) as {
        deliveries: { id: string }[];
        nextCursor: string | null;
      };
    const first = await read('limit=2');
    const second = await read(`limit=2&cursor=${first.nextCursor}`);
    const ids = [...first.deliveries, ...second.deliveries].map((delivery) => delivery.id);
    expect(new Set(ids).size).toBe(3);
    expect(second.nextCursor).toBeNull();
    const [delivery = ''] = ids;
    const path = `/api/webhooks/${id}/deliveries`;
    expect((await api.send('POST', `${path}/${delivery}/resend`)).status).toBe(200);
    expect((await api.send('POST', `${path}/ntf_missing/resend`)).status).toBe(404);
    expect(resent).toEqual([delivery]);
    await api.notifications.recordAttempt(
      delivery,
      { outcome: 'gone', statusCode: 410, durationMs: 1, problem: 'It is gone.', retryAfterSeconds: null },
      false,
    );
    const refused = await api.send('POST', `${path}/${delivery}/resend`);
    expect(await refused.json()).toMatchObject({ code: 'ActionNotPossible', status: 409 });
    expect((await api.send('POST', `/api/webhooks/${id}/enable`)).status).toBe(200);
    expect((await api.send('POST', `${path}/${delivery}/resend`)).status).toBe(200);
  });

  test('have one that signs for the addresses of single jobs', async () => {
    const api = createTestApi();
    const answer = await api.send('POST', '/api/webhooks/jobs/rotate');
    const { id, secret } = (await answer.json()) as Made;
    expect(secret).toMatch(/^whsec_/);
    expect(await (await api.send('GET', '/api/webhooks')).json()).toMatchObject({
      webhooks: [{ id, url: null, events: [] }],
    });
    expect((await api.send('GET', '/api/webhooks/jobs/deliveries')).status).toBe(200);
  });
});

describe('a job', () => {
  test('remembers whom it tells, where nobody reads it', async () => {
    const api = createTestApi();
    const notify = { webhookUrl: `${url}?key=hush`, notifyEmail: 'desk@example.org' };
    const id = await submitted(api, { ...talk, ...notify });
    expect((await api.notifications.receivers('local', id)).requested).toHaveLength(2);
    expect(JSON.stringify(api.jobs.startOf(id))).not.toMatch(/hush|desk@/);
    expect(await (await api.send('GET', `/api/jobs/${id}`)).text()).not.toMatch(/hush|desk@/);
  });

  test('that makes a reel remembers them as well', async () => {
    const api = createTestApi();
    const clipPaths = ['https://example.org/1.mp4', 'https://example.org/2.mp4'];
    const notify = { webhookUrl: `${url}?key=hush`, notifyEmail: 'desk@example.org' };
    const answer = await api.send('POST', '/api/reels', { clipPaths, ...notify });
    const { id } = (await answer.json()) as { id: string };
    expect((await api.notifications.receivers('local', id)).requested).toHaveLength(2);
    expect(JSON.stringify(api.jobs.startOf(id))).not.toMatch(/hush|desk@/);
  });

  test('that goes on already tells whoever asks for it later, too', async () => {
    const api = createTestApi();
    const id = await submitted(api, { ...talk, webhookUrl: `${url}/1` });
    await api.send('POST', '/api/jobs', { ...talk, attach: true, webhookUrl: `${url}/2` });
    expect((await api.notifications.receivers('local', id)).requested).toHaveLength(2);
  });

  test.each([
    ['an address in a private network', { webhookUrl: 'http://10.0.0.1/' }, 'AddressBlocked'],
    ['a mail address that is none', { notifyEmail: 'desk' }, 'InvalidInput'],
  ])('is refused with %s, before anything starts', async (_name, notify, code) => {
    const checkWebhookUrl = () => Promise.reject(new ClipScribeError('AddressBlocked', 'It is private.'));
    const api = createTestApi({ checkWebhookUrl });
    const answer = await api.send('POST', '/api/jobs', { ...talk, ...notify });
    expect(await answer.json()).toMatchObject({ code, status: 422 });
    expect(api.jobs.ids).toEqual([]);
  });

  test('is refused with a mail address where no mail is sent', async () => {
    const api = createTestApi({ sendsMail: false });
    const answer = await api.send('POST', '/api/jobs', { ...talk, notifyEmail: 'desk@example.org' });
    expect(await answer.json()).toMatchObject({
      code: 'InvalidInput',
      detail: expect.stringContaining('CLIPSCRIBE_SMTP_URL') as string,
    });
  });

  test('is not refused because a name server is away', async () => {
    const checkWebhookUrl = () => Promise.reject(new ClipScribeError('NetworkFailure', 'No answer.'));
    const api = createTestApi({ checkWebhookUrl });
    expect((await api.send('POST', '/api/jobs', { ...talk, webhookUrl: url })).status).toBe(202);
  });
});

test('the end of a job that no workflow can tell is told by the API', async () => {
  const api = createTestApi();
  api.jobs.reachable = false;
  const waiting = await submitted(api);
  const clipPaths = ['https://example.org/a.mp4', 'https://example.org/b.mp4'];
  const { id: reel } = (await (await api.send('POST', '/api/reels', { clipPaths })).json()) as { id: string };
  api.jobs.reachable = true;
  for (const id of [waiting, reel])
    expect((await api.send('POST', `/api/jobs/${id}/cancel`)).status).toBe(200);
  const ended = await submitted(api, { url: 'https://example.org/other' });
  api.jobs.set(ended, 'failed', { failure: { code: 'InternalError', message: 'It is over.', stage: null } });
  await api.dispatcher.reconcile();
  await api.dispatcher.reconcile();
  expect(
    api.announced.map(({ event }) => [
      event.type,
      event.data.id,
      'error' in event.data ? event.data.error?.message : undefined,
    ]),
  ).toEqual([
    ['job.cancelled', waiting, undefined],
    ['job.cancelled', reel, undefined],
    ['job.failed', ended, 'It is over.'],
  ]);
});

test('the end of a proposal that never had its turn is told, too', async () => {
  const api = createTestApi();
  const headers = await batchTokenOf(api, 'ada@example.org', 'alpha');
  const submitting = await api.send('POST', '/api/jobs', talk, headers);
  const { id: jobId } = (await submitting.json()) as { id: string };
  // Not settled yet, so that it has the one turn of its account.
  api.jobs.set(jobId, 'completed');
  const proposing = await api.send('POST', '/api/reels/proposals', { jobId }, headers);
  const { id } = (await proposing.json()) as { id: string };
  expect((await api.send('POST', `/api/jobs/${id}/cancel`, undefined, headers)).status).toBe(200);
  expect(api.announced.map(({ event }) => [event.type, event.data.id])).toEqual([['job.cancelled', id]]);
});

test('what was delivered to one user is sent again by nobody else', async () => {
  const resent: string[] = [];
  const deliver = (id: string) => Promise.resolve(void resent.push(id));
  const api = createTestApi({ notificationClient: { deliver, announce } });
  await api.send('GET', '/api/webhooks');
  const tokenOf = async (email: string) => {
    const secret = createTokenSecret('ent');
    const record = await api.repositories.accounts.createToken({
      ...{ email, tier: 'enterprise', isAdmin: false, hash: hashToken(secret), expiresAt: null },
    });
    return { userId: record.userId, headers: { authorization: `Bearer ${secret}` } };
  };
  const [owner, other] = [await tokenOf('owner@example.org'), await tokenOf('other@example.org')];
  const [mine, theirs] = [await add(api, owner.headers), await add(api, other.headers)];
  const [delivery] = await api.notifications.plan({ eventId: 'e', userId: owner.userId, event }, [
    { kind: 'webhook', address: url, endpointId: mine.id },
  ]);
  const resend = (webhook: Made) => `/api/webhooks/${webhook.id}/deliveries/${delivery?.id}/resend`;
  for (const [path, headers] of [
    [resend(mine), other.headers],
    [resend(theirs), other.headers],
    // Administrators see no other user's things either.
    [resend(mine), {}],
  ] as const) {
    expect((await api.send('POST', path, undefined, headers)).status).toBe(404);
  }
  expect(resent).toEqual([]);
  expect((await api.send('POST', resend(mine), undefined, owner.headers)).status).toBe(200);
});
