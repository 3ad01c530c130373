import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ANNOUNCE_EVENT,
  DELIVER_WEBHOOK,
  type AnnounceEventInput,
  type AttemptWebhookInput,
  type AttemptWebhookResult,
  type DeliverWebhookInput,
  type NotificationActivities,
} from '../../src/contracts/notifications.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { workflowCode } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const delivered: AttemptWebhookResult = { outcome: 'delivered', retryAfterSeconds: null };
const failed: AttemptWebhookResult = { outcome: 'failed', retryAfterSeconds: null };

/** Workers whose activities answer as the script says, while `body` runs. */
async function withNotifications<T>(
  script: Partial<NotificationActivities>,
  body: () => Promise<T>,
): Promise<T> {
  const connection = environment.nativeConnection;
  const workers = await Promise.all([
    Worker.create({
      ...{ connection, taskQueue: TASK_QUEUES.service, activities: script },
      workflowBundle: await workflowCode(),
    }),
    Worker.create({ connection, taskQueue: TASK_QUEUES.notify, activities: script }),
  ]);
  const running = workers.map((worker) => worker.run());
  try {
    return await body();
  } finally {
    workers.forEach((worker) => worker.shutdown());
    await Promise.all(running);
  }
}

let count = 0;
const newId = (): string => `ntf_test_${(count += 1)}`;

async function deliver(
  waitsSeconds: number[],
  answer: (input: AttemptWebhookInput) => Promise<AttemptWebhookResult>,
): Promise<{ outcome: string; attempts: AttemptWebhookInput[]; startedAtMs: number[] }> {
  const attempts: AttemptWebhookInput[] = [];
  const startedAtMs: number[] = [];
  const attemptWebhook = (input: AttemptWebhookInput) => {
    attempts.push(input);
    startedAtMs.push(Date.now());
    return answer(input);
  };
  const outcome = await withNotifications({ attemptWebhook }, async () => {
    const notificationId = newId();
    const input: DeliverWebhookInput = { notificationId, waitsSeconds };
    const options = { workflowId: notificationId, taskQueue: TASK_QUEUES.service, args: [input] };
    return (await environment.client.workflow.execute(DELIVER_WEBHOOK, options)) as string;
  });
  return { outcome, attempts, startedAtMs };
}

describe('delivering a webhook', () => {
  it('tries again along the schedule until it is delivered', async () => {
    const { outcome, attempts, startedAtMs } = await deliver([0, 0.4, 0.8, 60], ({ attempt }) =>
      Promise.resolve(attempt < 3 ? failed : delivered),
    );
    expect(outcome).toBe('delivered');
    expect(attempts.map(({ attempt, isLast }) => [attempt, isLast])).toEqual([
      [1, false],
      [2, false],
      [3, false],
    ]);
    const [first = 0, second = 0, third = 0] = startedAtMs;
    expect(second - first).toBeGreaterThanOrEqual(400);
    expect(third - second).toBeGreaterThanOrEqual(800);
  });

  it('stops at once where the endpoint is gone', async () => {
    const gone: AttemptWebhookResult = { outcome: 'gone', retryAfterSeconds: null };
    const { outcome, attempts } = await deliver([0, 0.1], () => Promise.resolve(gone));
    expect([outcome, attempts.length]).toEqual(['gone', 1]);
  });

  it('says which attempt is the last, and gives up after it', async () => {
    const { outcome, attempts } = await deliver([0, 0.1], () => Promise.resolve(failed));
    expect(outcome).toBe('failed');
    expect(attempts.map(({ isLast }) => isLast)).toEqual([false, true]);
  });

  it('waits as long as the endpoint asks', async () => {
    const { startedAtMs } = await deliver([0, 0.1], ({ attempt }) =>
      Promise.resolve(attempt === 1 ? { outcome: 'failed', retryAfterSeconds: 1 } : delivered),
    );
    expect((startedAtMs[1] ?? 0) - (startedAtMs[0] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('counts an attempt that broke as failed, and makes the next one', async () => {
    const { outcome, attempts } = await deliver([0, 0.1], ({ attempt }) =>
      attempt === 1 ? Promise.reject(new Error('the process died')) : Promise.resolve(delivered),
    );
    expect([outcome, attempts.length]).toEqual(['delivered', 2]);
  });
});

describe('announcing an event', () => {
  const announcement = (): AnnounceEventInput => ({
    eventId: newId(),
    userId: 'local',
    event: {
      type: 'job.complete',
      timestamp: '2026-01-01T00:00:00Z',
      data: {
        id: 'job_1',
        title: null,
        resultsUrl: null,
        durationSeconds: 1,
        costUsd: 0,
        videoCount: 1,
        error: null,
      },
    },
  });

  it('ends while a dead endpoint is still being tried, and sends the mail meanwhile', async () => {
    const webhookId = newId();
    const mails: string[] = [];
    const script: Partial<NotificationActivities> = {
      planNotifications: () =>
        Promise.resolve({
          notifications: [
            { id: webhookId, kind: 'webhook' },
            { id: 'ntf_mail', kind: 'mail' },
          ],
        }),
      attemptWebhook: () => Promise.resolve(failed),
      sendMail: ({ notificationId }) => Promise.resolve(void mails.push(notificationId)),
    };
    await withNotifications(script, async () => {
      const input = announcement();
      await environment.client.workflow.execute(ANNOUNCE_EVENT, {
        workflowId: input.eventId,
        taskQueue: TASK_QUEUES.service,
        args: [input],
      });
      expect(mails).toEqual(['ntf_mail']);
      const delivery = environment.client.workflow.getHandle(webhookId);
      expect((await delivery.describe()).status.name).toBe('RUNNING');
      await delivery.terminate();
    });
  });
});
