import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import {
  ANNOUNCE_EVENT,
  DELIVER_WEBHOOK,
  type AnnounceEventInput,
  type DeliverWebhookInput,
} from '../../contracts/notifications.ts';
import { TASK_QUEUES } from '../../contracts/task-queues.ts';
import { WEBHOOK_WAITS_SECONDS } from '../../domain/notification-event.ts';
import { withTemporalErrors } from '../jobs/temporal-errors.ts';

/** Telling people, as Temporal does it. */
export interface NotificationClient {
  /**
   * Delivers a webhook from the first attempt on, in place of attempts that are still to come.
   *
   * @throws ClipScribeError ServiceUnavailable
   */
  deliver(notificationId: string, userId: string): Promise<void>;
  /**
   * Has people told of an event; the same one again is told once.
   *
   * @throws ClipScribeError ServiceUnavailable
   */
  announce(input: AnnounceEventInput): Promise<void>;
}

export const createNotificationClient = (client: Client): NotificationClient => ({
  deliver: (notificationId, userId) =>
    withTemporalErrors(async () => {
      const input: DeliverWebhookInput = { notificationId, waitsSeconds: WEBHOOK_WAITS_SECONDS };
      await client.workflow.start(DELIVER_WEBHOOK, {
        workflowId: notificationId,
        workflowIdConflictPolicy: 'TERMINATE_EXISTING',
        taskQueue: TASK_QUEUES.service,
        priority: { fairnessKey: userId },
        args: [input],
        staticSummary: 'resent by hand',
      });
    }),
  announce: (input) =>
    withTemporalErrors(async () => {
      try {
        await client.workflow.start(ANNOUNCE_EVENT, {
          workflowId: input.eventId,
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          taskQueue: TASK_QUEUES.service,
          priority: { fairnessKey: input.userId },
          args: [input],
          staticSummary: `${input.event.type} of ${input.event.data.id}`,
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    }),
});
