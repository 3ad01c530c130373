import { ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import type { AnnounceEventInput, NotificationActivities } from '../contracts/notifications.ts';
import { WEBHOOK_WAITS_SECONDS } from '../domain/notification-event.ts';
import { deliverWebhook } from './deliver-webhook.ts';

const { planNotifications, sendMail } = proxyActivities<
  Pick<NotificationActivities, 'planNotifications' | 'sendMail'>
>({
  taskQueue: TASK_QUEUES.service,
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
  await Promise.all(
    notifications.map(async ({ id, kind }) => {
      if (kind === 'mail') return sendMail({ notificationId: id });
      await startChild(deliverWebhook, {
        workflowId: id,
        taskQueue: TASK_QUEUES.control,
        parentClosePolicy: ParentClosePolicy.ABANDON,
        args: [{ notificationId: id, waitsSeconds: WEBHOOK_WAITS_SECONDS }],
        staticSummary: input.event.type,
      });
    }),
  );
}
