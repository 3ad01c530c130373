import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAlertActivities } from '../../../src/activities/alert-activities.ts';
import { createNotificationActivities } from '../../../src/activities/notification-activities.ts';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import { openDatabase, type OpenDatabase } from '../../../src/adapters/postgres/open-database.ts';
import { Expectations } from '../../../src/api/queue/expectations.ts';
import { createQueueProbe } from '../../../src/api/queue/queue-probe.ts';
import { readAlertFacts } from '../../../src/api/alerts/read-alert-facts.ts';
import { createWorkProbe } from '../../../src/api/alerts/work-probe.ts';
import { composeNotifications, type ComposedNotifications } from '../../../src/api/compose-notifications.ts';
import { startServer } from '../../../src/api/server.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { ALERTS_SCHEDULE_ID, CHECK_ALERTS } from '../../../src/contracts/alerts.ts';
import { TASK_QUEUES } from '../../../src/contracts/task-queues.ts';
import type { AlertFacts } from '../../../src/domain/alerts.ts';
import { MailServer } from '../../support/mail-server.ts';
import { startTemporal } from '../../support/temporal-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { until } from '../../support/until.ts';
import { WebhookReceiver } from '../../support/webhook-receiver.ts';
import { workflowCode } from '../../support/workflow-harness.ts';

/** Alerts as they reach people: real Temporal, database, web server and mail server; only the clock is the test's. */
const MINUTE_MS = 60_000;
const OWNER = 'local';
let temporal: TestWorkflowEnvironment;
let receiver: WebhookReceiver;
let mails: MailServer;
let database: OpenDatabase;
let repositories: Repositories;
let telling: ComposedNotifications;
let environment: Record<string, string>;

beforeAll(async () => {
  [temporal, receiver, mails, database] = await Promise.all([
    startTemporal(),
    WebhookReceiver.start(),
    MailServer.start(),
    openDatabase({ folder: null }),
  ]);
  process.env['TEMPORAL_ADDRESS'] = temporal.address;
  repositories = createRepositories(database.db);
  environment = {
    CLIPSCRIBE_HOME: testFolder(),
    CLIPSCRIBE_API_PORT: '0',
    CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: 'true',
    CLIPSCRIBE_SMTP_URL: mails.url,
    CLIPSCRIBE_MAIL_FROM: 'clips@example.org',
    CLIPSCRIBE_ADMIN_EMAIL: 'one@example.org, two@example.org',
  };
  telling = await composeNotifications(loadSettings({ ...environment }), database, 'a'.repeat(64));
});

afterAll(async () => {
  await telling.close();
  await database.close();
  await temporal.teardown();
  receiver.close();
  await mails.close();
});

const readFacts = (): Promise<AlertFacts> => {
  const probe = createQueueProbe(temporal.client);
  return readAlertFacts({
    ...{ ...repositories, probe },
    expectations: new Expectations(repositories.estimates, probe),
    workProbe: createWorkProbe(temporal.client),
  });
};

describe('what is wrong', () => {
  let facts: AlertFacts;
  let nowMs = Date.parse('2026-11-25T12:00:00Z');
  /** Breaks the next look behind the database, as a process that dies there does. */
  let breaksAfterKeeping = false;

  async function withWorkers<T>(body: () => Promise<T>): Promise<T> {
    const { planNotifications, ...sending } = createNotificationActivities({
      ...telling.steps,
      publicUrl: null,
    });
    const { lookForIncidents, markTold } = createAlertActivities({
      incidents: repositories.incidents,
      alertFacts: () => Promise.resolve(facts),
      ownerId: OWNER,
      now: () => new Date(nowMs),
    });
    const looking = async () => {
      const news = await lookForIncidents();
      if (breaksAfterKeeping) {
        breaksAfterKeeping = false;
        throw new Error('The process died.');
      }
      return news;
    };
    const connection = temporal.nativeConnection;
    const workers = await Promise.all([
      Worker.create({
        ...{ connection, taskQueue: TASK_QUEUES.service, workflowBundle: await workflowCode() },
        activities: { lookForIncidents: looking, markTold, planNotifications },
      }),
      Worker.create({ connection, taskQueue: TASK_QUEUES.notify, activities: sending }),
    ]);
    const running = workers.map((worker) => worker.run());
    try {
      return await body();
    } finally {
      workers.forEach((worker) => worker.shutdown());
      await Promise.all(running);
    }
  }

  /** Looks once a minute. @returns how much there was to tell */
  async function look(minutes: number): Promise<number> {
    let told = 0;
    for (let minute = 0; minute < minutes; minute += 1) {
      nowMs += MINUTE_MS;
      const options = {
        workflowId: ALERTS_SCHEDULE_ID,
        taskQueue: TASK_QUEUES.service,
        args: [{ looks: 1 }],
      };
      told += (await temporal.client.workflow.execute(CHECK_ALERTS, options)) as number;
    }
    return told;
  }

  /** Until all have been told so many times. */
  async function untilTold(times: number): Promise<void> {
    await expect.poll(() => receiver.at('/alerts').length).toBe(times);
    for (const address of ['one@example.org', 'two@example.org'])
      await expect.poll(() => mails.to(address).length).toBe(times);
  }

  test('is told once by mail and webhook when it has lasted, and once more when it is over', async () => {
    const { endpoint, secret } = await telling.webhooks.add({
      ...{ userId: OWNER, url: receiver.url('/alerts') },
      events: ['alert.opened', 'alert.resolved'],
    });
    await telling.webhooks.add({
      ...{ userId: 'user_somebody', url: receiver.url('/somebody') },
      events: ['alert.opened', 'alert.resolved'],
    });
    const well = await readFacts();
    facts = { ...well, waitingJobs: 30 };
    await withWorkers(async () => {
      expect(await look(5)).toBe(0);
      breaksAfterKeeping = true;
      expect(await look(1)).toBe(1);
      expect(await look(3)).toBe(0);
      await untilTold(1);
      facts = well;
      expect(await look(5)).toBe(0);
      expect(await look(2)).toBe(1);
      await untilTold(2);
    });
    const [opened, resolved] = receiver.at('/alerts');
    expect(opened?.event).toMatchObject({
      type: 'alert.opened',
      data: {
        ...{ alert: 'ClipScribeQueueDeep', severity: 'warning', subject: null, resolvedAt: null },
        summary: '30 jobs wait for their turn.',
      },
    });
    expect(resolved?.event).toMatchObject({
      type: 'alert.resolved',
      data: { id: opened?.event.data.id, resolvedAt: resolved?.event.timestamp },
    });
    expect(new Webhook(secret).verify(opened?.body ?? '', opened?.headers ?? {})).toEqual(opened?.event);
    expect(mails.to('one@example.org').map(({ mail }) => mail.subject)).toEqual([
      'Warning: 30 jobs wait for their turn.',
      'Over: 30 jobs wait for their turn.',
    ]);
    expect(mails.to('one@example.org')[0]?.mail.text).toContain('if they do, add workers.');
    expect(receiver.at('/somebody')).toEqual([]);
    await telling.webhooks.remove(OWNER, endpoint.id);
  });
});

describe('an installation', () => {
  test('looks at itself by a schedule where no worker is there, and says what it found', async () => {
    const defects: Error[] = [];
    const api = await startServer(loadSettings({ ...environment }), (error) => defects.push(error));
    const schedule = temporal.client.schedule.getHandle(ALERTS_SCHEDULE_ID);
    const started = await until(() =>
      schedule.describe().then(
        ({ info }) => info.recentActions.at(-1),
        () => undefined,
      ),
    );
    const run = temporal.client.workflow.getHandle(started.action.workflow.workflowId);
    const lookedOnce = async () => {
      const { events } = await run.fetchHistory();
      return events?.some(({ timerStartedEventAttributes }) => timerStartedEventAttributes) ?? false;
    };
    expect(await until(lookedOnce)).toBe(true);
    await run.terminate();
    const answer = await fetch(new URL('/api/admin/alerts', api.address));
    expect(await answer.json()).toEqual({ incidents: [], nextCursor: null });
    await temporal.client.schedule.getHandle(ALERTS_SCHEDULE_ID).delete();
    await api.close();
    expect(defects).toEqual([]);
  });
});
