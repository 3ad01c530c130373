import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type ApiServer } from '../../../src/api/server.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { MailServer } from '../../support/mail-server.ts';
import { chunkOf, failure, type Script } from '../../support/scripted-activities.ts';
import { startTemporal } from '../../support/temporal-server.ts';
import { freePort } from '../../support/free-port.ts';
import { testFolder } from '../../support/test-folder.ts';
import { WebhookReceiver } from '../../support/webhook-receiver.ts';
import { withScriptedWorkers } from '../../support/workflow-harness.ts';

/** Jobs that tell people: the API as a server, a real Temporal server, a real web server and a real mail server. */
const ADMIN_TOKEN = 'administrator-token-of-these-tests';
let temporal: TestWorkflowEnvironment;
let api: ApiServer;
let receiver: WebhookReceiver;
let mails: MailServer;
let token: string;
const defects: Error[] = [];

beforeAll(async () => {
  [temporal, receiver, mails] = await Promise.all([
    startTemporal(),
    WebhookReceiver.start(),
    MailServer.start(),
  ]);
  process.env['TEMPORAL_ADDRESS'] = temporal.address;
  const settings = loadSettings({
    CLIPSCRIBE_HOME: testFolder(),
    CLIPSCRIBE_API_PORT: '0',
    CLIPSCRIBE_ADMIN_TOKEN: ADMIN_TOKEN,
    CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: 'true',
    CLIPSCRIBE_PUBLIC_URL: 'https://clips.example.org',
    CLIPSCRIBE_SMTP_URL: mails.url,
    CLIPSCRIBE_MAIL_FROM: 'ClipScribe <clips@example.org>',
    CLIPSCRIBE_ADMIN_EMAIL: 'admin@example.org',
  });
  api = await startServer(settings, (error) => defects.push(error));
  const made = await call(
    'POST',
    '/api/admin/tokens',
    { tier: 'analyst', email: 'ada@example.org' },
    ADMIN_TOKEN,
  );
  token = String(made.body['token']);
});

afterAll(async () => {
  await api.close();
  await temporal.teardown();
  receiver.close();
  await mails.close();
  expect(defects).toEqual([]);
});

async function call(
  method: string,
  path: string,
  body?: unknown,
  bearer = token,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(new URL(path, api.address), {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

let count = 0;
async function submit(body: object = {}): Promise<string> {
  const answer = await call('POST', '/api/jobs', {
    url: `https://example.org/talk-${(count += 1)}`,
    ...body,
  });
  expect(answer).toMatchObject({ status: 202 });
  return String(answer.body['id']);
}

const SCRIPT: Script = { statedDurationSeconds: 300, chunks: [chunkOf(0, 300)], title: 'A <b>talk</b>' };
const withWorkers = <T>(overrides: Script['overrides'], body: () => Promise<T>): Promise<T> =>
  withScriptedWorkers(temporal, { ...SCRIPT, ...(overrides && { overrides }) }, body);

const eventsAt = (path: string): string[] => receiver.at(path).map(({ event }) => event.type);
const untilEvents = (path: string, types: string[]) =>
  expect.poll(() => eventsAt(path).toSorted()).toEqual(types.toSorted());

interface Endpoint {
  id: string;
  secret: string;
}
interface Delivery {
  id: string;
  type: string;
  subjectId: string;
  state: string;
  attempts: { outcome: string; statusCode: number | null }[];
}

/** A webhook of the user, for as long as `body` runs. */
async function withEndpoint(
  url: string,
  events: string[],
  body: (endpoint: Endpoint) => Promise<void>,
): Promise<void> {
  const { status, body: made } = await call('POST', '/api/webhooks', { url, events });
  expect(status).toBe(201);
  const endpoint = made as unknown as Endpoint;
  try {
    await body(endpoint);
  } finally {
    await call('DELETE', `/api/webhooks/${endpoint.id}`);
  }
}

const deliveriesOf = async (endpoint: Pick<Endpoint, 'id'>): Promise<Delivery[]> =>
  (await call('GET', `/api/webhooks/${endpoint.id}/deliveries`)).body['deliveries'] as Delivery[];

const webhookOf = async ({ id }: Endpoint): Promise<Record<string, unknown> | undefined> =>
  ((await call('GET', '/api/webhooks')).body['webhooks'] as Record<string, unknown>[]).find(
    (webhook) => webhook['id'] === id,
  );

const status = async (id: string): Promise<unknown> =>
  (await call('GET', `/api/jobs/${id}/status`)).body['status'];
const untilStatus = (id: string, wanted: string) => expect.poll(() => status(id)).toBe(wanted);

describe('a job', () => {
  test('tells the address that was named when it was submitted how it goes', async () => {
    const { body } = await call('POST', '/api/webhooks/jobs/rotate');
    await withWorkers(undefined, async () => {
      const id = await submit({ webhookUrl: receiver.url('/done') });
      await untilEvents('/done', ['job.started', 'job.complete']);
      const complete = receiver.at('/done').find(({ event }) => event.type === 'job.complete');
      expect(complete?.event.data).toEqual({
        id,
        title: 'A <b>talk</b>',
        resultsUrl: `https://clips.example.org/api/jobs/${id}/artifacts`,
        durationSeconds: 300,
        costUsd: 0,
        videoCount: 1,
        error: null,
      });
      expect(complete?.body).toMatch(/^\{"type":"job.complete","timestamp":/);
      const started = receiver.at('/done').find(({ event }) => event.type === 'job.started');
      expect(started?.event.data).toMatchObject({ title: `https://example.org/talk-${count}` });
      const verifier = new Webhook(String(body['secret']));
      expect(verifier.verify(complete?.body ?? '', complete?.headers ?? {})).toEqual(complete?.event);
      await expect
        .poll(async () => (await deliveriesOf({ id: 'jobs' })).map(({ state }) => state))
        .toEqual(['delivered', 'delivered']);
    });
  });

  test('that fails tells its user and the administrator by mail, as text and HTML', async () => {
    const overrides: Script['overrides'] = { acquireAudio: () => Promise.reject(failure('CorruptMedia')) };
    await withWorkers(overrides, async () => {
      const id = await submit({ notifyEmail: 'Desk@example.org' });
      for (const address of ['ada@example.org', 'admin@example.org', 'desk@example.org']) {
        await expect.poll(() => mails.to(address)).toHaveLength(1);
        const mail = mails.to(address)[0]?.mail;
        expect(mail?.subject).toBe('Failed: A <b>talk</b>');
        expect(mail?.text).toContain(`npx clipscribe status ${id}`);
        expect(mail?.html).toContain('A &lt;b&gt;talk&lt;/b&gt;');
      }
    });
  });

  test('that needs attention says so once, whatever number of its steps wait, and then how it ends', async () => {
    const overrides: Script['overrides'] = {
      transcribeChunk: () => Promise.reject(failure('ModelUnknown')),
    };
    const chunks = [chunkOf(0, 300), chunkOf(1, 300), chunkOf(2, 300)];
    const before = mails.to('ada@example.org').length;
    await withScriptedWorkers(temporal, { ...SCRIPT, chunks, overrides }, async () => {
      const id = await submit({ webhookUrl: receiver.url('/attention'), language: 'en' });
      await untilStatus(id, 'needs_attention');
      await call('POST', `/api/jobs/${id}/cancel`);
      await untilEvents('/attention', ['job.started', 'job.needs_attention', 'job.cancelled']);
      const waits = receiver.at('/attention').find(({ event }) => event.type === 'job.needs_attention');
      expect(waits?.event.data).toMatchObject({
        error: { code: 'ModelUnknown', message: 'scripted ModelUnknown' },
      });
      await expect.poll(() => mails.to('ada@example.org').length).toBe(before + 1);
      expect(mails.to('ada@example.org').at(-1)?.mail.subject).toMatch(/^Needs attention: /);
    });
  });

  test('is delayed by no endpoint that hangs and no address that is refused', async () => {
    receiver.answers.set('/hang', 'hang');
    await withEndpoint(receiver.url('/hang'), ['job.started', 'job.complete'], async (endpoint) => {
      await withWorkers(undefined, async () => {
        const id = await submit({
          webhookUrl: receiver.url('/quick'),
          notifyEmail: 'nobody@example.org',
        });
        await untilEvents('/quick', ['job.started', 'job.complete']);
        await untilStatus(id, 'completed');
        // The first attempt at the one that hangs waits for its answer still, or has just been given up.
        for (const delivery of await deliveriesOf(endpoint)) expect(delivery.state).toBe('pending');
      });
    });
  });
});

describe('a webhook', () => {
  test('is verified by the published library, with both secrets while they are changed over', async () => {
    await withEndpoint(receiver.url('/all'), ['job.complete', 'job.failed'], async (endpoint) => {
      const { body } = await call('POST', `/api/webhooks/${endpoint.id}/rotate`);
      await withWorkers(undefined, async () => {
        await submit();
        await untilEvents('/all', ['job.complete']);
      });
      const [webhook] = receiver.at('/all');
      for (const secret of [endpoint.secret, String(body['secret'])]) {
        expect(new Webhook(secret).verify(webhook?.body ?? '', webhook?.headers ?? {})).toEqual(
          webhook?.event,
        );
      }
    });
  });

  test('that is redirected fails, and nobody is told at the other address', async () => {
    receiver.answers.set('/moved', { status: 302, location: receiver.url('/elsewhere') });
    await withEndpoint(receiver.url('/moved'), ['job.complete'], async (endpoint) => {
      await withWorkers(undefined, async () => {
        await submit();
        await expect
          .poll(async () => (await deliveriesOf(endpoint))[0]?.attempts[0])
          .toMatchObject({ outcome: 'failed', statusCode: 302 });
        expect(await deliveriesOf(endpoint)).toMatchObject([{ state: 'pending' }]);
      });
      expect(await webhookOf(endpoint)).toMatchObject({ disabledAt: null });
    });
    expect(receiver.at('/elsewhere')).toEqual([]);
  });

  test('whose endpoint is gone is disabled, and can be enabled and sent again under its id', async () => {
    receiver.answers.set('/gone', { status: 410 });
    await withEndpoint(receiver.url('/gone'), ['job.complete'], async (endpoint) => {
      await withWorkers(undefined, async () => {
        await submit();
        await expect
          .poll(() => deliveriesOf(endpoint))
          .toMatchObject([{ state: 'gone', attempts: [{ outcome: 'gone', statusCode: 410 }] }]);
        expect(await webhookOf(endpoint)).toMatchObject({
          disabledAt: expect.any(String) as string,
          disabledReason: 'The endpoint answered 410.',
        });
        const other = await submit({ webhookUrl: receiver.url('/after') });
        await untilEvents('/after', ['job.started', 'job.complete']);
        await untilStatus(other, 'completed');
        expect(receiver.at('/gone')).toHaveLength(1);

        const [delivery] = await deliveriesOf(endpoint);
        const resend = `/api/webhooks/${endpoint.id}/deliveries/${delivery?.id}/resend`;
        expect((await call('POST', resend)).status).toBe(409);
        receiver.answers.delete('/gone');
        await call('POST', `/api/webhooks/${endpoint.id}/enable`);
        expect((await call('POST', resend)).status).toBe(200);
        await expect.poll(() => receiver.at('/gone').length).toBe(2);
        expect(receiver.at('/gone').map(({ headers }) => headers['webhook-id'])).toEqual([
          delivery?.id,
          delivery?.id,
        ]);
        await expect.poll(() => deliveriesOf(endpoint)).toMatchObject([{ state: 'delivered' }]);
      });
    });
  });

  test('is received by the example of the documentation', async () => {
    const document = readFileSync(new URL('../../../docs/notifications.md', import.meta.url), 'utf8');
    const [, example = ''] = /```js\n(.*?)```/s.exec(document) ?? [];
    const port = await freePort();
    await withEndpoint(`http://127.0.0.1:${port}/`, ['job.complete'], async (endpoint) => {
      const program = spawn(process.execPath, ['--input-type=module', '--eval', example], {
        cwd: fileURLToPath(new URL('../../../', import.meta.url)),
        env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: endpoint.secret },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let printed = '';
      program.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
      try {
        await expect.poll(() => printed).toContain('listening');
        const forged = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' });
        expect(forged.status).toBe(400);
        await withWorkers(undefined, async () => {
          const id = await submit();
          await expect.poll(() => printed).toContain(`job.complete ${id}`);
          await expect
            .poll(() => deliveriesOf(endpoint))
            .toMatchObject([{ state: 'delivered', attempts: [{ statusCode: 204 }] }]);
        });
      } finally {
        program.kill();
      }
    });
  });
});
