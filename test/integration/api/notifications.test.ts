import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type ApiServer } from '../../../src/api/server.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { MailServer } from '../../support/mail-server.ts';
import { chunkOf, failure, type Script } from '../../support/scripted-activities.ts';
import { startTemporal } from '../../support/temporal-server.ts';
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
  expect.poll(() => eventsAt(path).toSorted(), { timeout: 60_000 }).toEqual(types.toSorted());

describe('a job', () => {
  test('tells the address that was named when it was submitted how it goes', async () => {
    await withWorkers(undefined, async () => {
      const id = await submit({ webhookUrl: receiver.url('/done') });
      await untilEvents('/done', ['job.started', 'job.complete']);
      const [complete] = receiver.at('/done').filter(({ event }) => event.type === 'job.complete');
      expect(complete?.event.data).toEqual({
        id,
        title: 'A <b>talk</b>',
        resultsUrl: `https://clips.example.org/api/jobs/${id}/artifacts`,
        durationSeconds: 300,
        costUsd: 0,
        videoCount: 1,
        error: null,
      });
      expect(complete?.headers).toMatchObject({
        'webhook-id': expect.stringMatching(/^ntf_/) as string,
        'webhook-signature': expect.stringMatching(/^v1,/) as string,
      });
    });
  });

  test('that fails tells its user and the administrator by mail, as text and HTML', async () => {
    const overrides: Script['overrides'] = { acquireAudio: () => Promise.reject(failure('CorruptMedia')) };
    await withWorkers(overrides, async () => {
      const id = await submit({ notifyEmail: 'Desk@example.org' });
      for (const address of ['ada@example.org', 'admin@example.org', 'desk@example.org']) {
        await expect.poll(() => mails.to(address), { timeout: 60_000 }).toHaveLength(1);
        const { mail } = mails.to(address)[0] ?? { mail: undefined };
        expect(mail?.subject).toBe('Failed: A <b>talk</b>');
        expect(mail?.text).toContain(`npx clipscribe status ${id}`);
        expect(mail?.html).toContain('A &lt;b&gt;talk&lt;/b&gt;');
      }
    });
  });
});
