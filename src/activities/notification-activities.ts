import type { NotificationActivities } from '../contracts/notifications.ts';
import { ClipScribeError } from '../domain/errors.ts';
import {
  isAlertEvent,
  notificationEventSchema,
  type NotificationEvent,
} from '../domain/notification-event.ts';
import { renderMail } from '../domain/notification-mail.ts';
import { receiversOf } from '../domain/notification-receivers.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { Notifications, PendingWebhook } from '../ports/notifications.ts';
import type { WebhookAnswer, WebhookSender } from '../ports/webhook-sender.ts';
import { withHeartbeat } from './activity-support.ts';

/** What telling people needs from outside. */
export interface NotificationDependencies {
  notifications: Notifications;
  webhookSender: WebhookSender;
  /** Null: this installation sends no mail. */
  mailer: Mailer | null;
  /** Hear of failed jobs and of alerts by mail. */
  adminMails: readonly string[];
  /** Where users reach the API; null: unknown, so that messages name no address of results. */
  publicUrl: string | null;
}

/** The steps of telling people; see the contract for what each does. */
export const createNotificationActivities = (
  dependencies: NotificationDependencies,
): NotificationActivities => ({
  planNotifications: (announced) =>
    withHeartbeat(async () => {
      const { notifications, mailer, adminMails, publicUrl } = dependencies;
      const event = withAddress(announced.event, publicUrl);
      const known = await notifications.receivers(announced.userId, event.data.id);
      const receivers = receiversOf(event, known, adminMails).filter(
        ({ kind }) => kind === 'webhook' || mailer !== null,
      );
      return { notifications: await notifications.plan({ ...announced, event }, receivers) };
    }),
  attemptWebhook: ({ notificationId, isLast }) =>
    withHeartbeat(async ({ signal }) => {
      const { notifications, webhookSender } = dependencies;
      const pending = await notifications.findWebhook(notificationId);
      if (pending === undefined) return { outcome: 'gone', retryAfterSeconds: null };
      const answer = await attempt(webhookSender, notificationId, pending, signal);
      await notifications.recordAttempt(notificationId, answer, isLast);
      return { outcome: answer.outcome, retryAfterSeconds: answer.retryAfterSeconds };
    }),
  sendMail: ({ notificationId }) =>
    withHeartbeat(async () => {
      const { notifications, mailer } = dependencies;
      const mail = await notifications.findMail(notificationId);
      if (mail === undefined || mailer === null) return;
      try {
        await mailer.send({ id: notificationId, to: mail.to, ...renderMail(mail.event) });
      } catch (error) {
        const isFinal = ClipScribeError.is(error) && error.code === 'MailRejected';
        if (isFinal) await notifications.recordMail(notificationId, 'failed');
        throw error;
      }
      await notifications.recordMail(notificationId, 'delivered');
    }),
});

/** Workflows know paths of the API only. */
function withAddress(event: NotificationEvent, publicUrl: string | null): NotificationEvent {
  if (isAlertEvent(event)) return event;
  const path = event.data.resultsUrl;
  const resultsUrl = path === null || publicUrl === null ? null : new URL(path, publicUrl).href;
  return { ...event, data: { ...event.data, resultsUrl } };
}

function attempt(
  sender: WebhookSender,
  id: string,
  { url, event, secrets }: PendingWebhook,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  // In the order of the schema: a database keeps members in an order of its own.
  const body = JSON.stringify(notificationEventSchema.parse(event));
  if (secrets.length > 0) return sender.send({ id, url, body, secrets }, signal);
  return Promise.resolve({
    outcome: 'failed',
    statusCode: null,
    durationMs: 0,
    problem:
      'The secret was stored under another CLIPSCRIBE_SECRET_KEY; add the webhook anew, or rotate that of the webhook `jobs`.',
    retryAfterSeconds: null,
  });
}
