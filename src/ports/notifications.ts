import type { NotificationEvent } from '../domain/notification-event.ts';
import type { KnownReceivers, Receiver } from '../domain/notification-receivers.ts';
import type { WebhookAnswer } from './webhook-sender.ts';

/** A message that waits to be sent. */
export interface PendingNotification {
  id: string;
  kind: 'webhook' | 'mail';
}

export interface PendingMail {
  to: string;
  event: NotificationEvent;
}

export interface PendingWebhook {
  url: string;
  event: NotificationEvent;
  /** One, or two while a secret is being rotated. */
  secrets: readonly string[];
}

/**
 * Who is told of what, and what came of it (B5). Every call rejects with ClipScribeError `DatabaseUnavailable`
 * while the database cannot be reached.
 */
export interface Notifications {
  /** Everybody who may be told of something about a job, batch or reel of a user. */
  receivers(userId: string, subjectId: string): Promise<KnownReceivers>;
  /**
   * Writes down who is told of an event. Idempotent by the event's id and the receiver.
   *
   * @returns those messages about the event that are not sent yet
   */
  plan(
    event: { eventId: string; userId: string; event: NotificationEvent },
    receivers: readonly Receiver[],
  ): Promise<PendingNotification[]>;
  /** @returns undefined where it is not to be sent: its endpoint is disabled or was removed */
  findWebhook(notificationId: string): Promise<PendingWebhook | undefined>;
  /** @returns undefined where there is none */
  findMail(notificationId: string): Promise<PendingMail | undefined>;
  /**
   * Writes an attempt into the delivery log. One that was the last, or found the endpoint gone, ends the delivery,
   * and disables the endpoint where nothing was delivered.
   */
  recordAttempt(notificationId: string, answer: WebhookAnswer, isLast: boolean): Promise<void>;
  recordMail(notificationId: string, state: 'delivered' | 'failed'): Promise<void>;
  /** Removes what ended long ago. */
  sweep(): Promise<void>;
}
