import { ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import type { AnnounceEventInput, NotificationActivities } from '../contracts/notifications.ts';
import { WEBHOOK_WAITS_SECONDS, type EventType } from '../domain/notification-event.ts';
import { deliverWebhook } from './deliver-webhook.ts';

const { planNotifications } = proxyActivities<Pick<NotificationActivities, 'planNotifications'>>({
  taskQueue: TASK_QUEUES.service,
  startToCloseTimeout: '1m',
  // What happened must be told also where the database was away for a night.
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

const { sendMail } = proxyActivities<Pick<NotificationActivities, 'sendMail'>>({
  taskQueue: TASK_QUEUES.notify,
  startToCloseTimeout: '1m',
  // A mail server may be down for a night.
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '5s', backoffCoefficient: 3, maximumInterval: '30m' },
});

/**
 * Tells people of one event, by a workflow of its own for each webhook, so that a dead endpoint delays nobody.
 * A job starts it and does not wait for it.
 */
export async function announceEvent(input: AnnounceEventInput): Promise<void> {
  const { notifications } = await planNotifications(input);
  const told = await Promise.allSettled(
    notifications.map(({ id, kind }) =>
      kind === 'mail' ? sendMail({ notificationId: id }) : startDelivery(id, input.event.type),
    ),
  );
  // One that cannot be told keeps it from nobody else.
  const failed = told.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function startDelivery(notificationId: string, type: EventType): Promise<void> {
  await startChild(deliverWebhook, {
    workflowId: notificationId,
    taskQueue: TASK_QUEUES.service,
    parentClosePolicy: ParentClosePolicy.ABANDON,
    args: [{ notificationId, waitsSeconds: WEBHOOK_WAITS_SECONDS }],
    staticSummary: type,
  });
}
