import type { DeliveryOutcome, NotificationEvent } from '../domain/notification-event.ts';

/** Workflow types. */
export const ANNOUNCE_EVENT = 'announceEvent';
export const DELIVER_WEBHOOK = 'deliverWebhook';

/** Something that happened, and whom to tell besides those who asked for all events of this kind. */
export interface AnnounceEventInput {
  /** Unique for each occurrence, and the same when it is planned again. */
  eventId: string;
  userId: string;
  /** Its `resultsUrl` is a path of the API here; planning makes an address of it. */
  event: NotificationEvent;
}

export interface DeliverWebhookInput {
  notificationId: string;
  /** Seconds before each attempt; as many attempts as entries. */
  waitsSeconds: readonly number[];
}

/** One message to one receiver. The address stays in the database: histories are readable. */
export interface PlannedNotification {
  id: string;
  kind: 'webhook' | 'mail';
}

export interface PlanNotificationsResult {
  notifications: PlannedNotification[];
}

export interface AttemptWebhookInput {
  notificationId: string;
  /** From 1. */
  attempt: number;
  /** After the last one the endpoint is disabled where it was not delivered. */
  isLast: boolean;
}

export interface AttemptWebhookResult {
  outcome: DeliveryOutcome;
  retryAfterSeconds: number | null;
}

/** The steps of telling people: planning on the service queue, what goes out on `notify`. */
export interface NotificationActivities {
  /**
   * Writes down who is told of an event: enabled endpoints of the user, and addresses for mails. Idempotent by
   * the event's id.
   */
  planNotifications(input: AnnounceEventInput): Promise<PlanNotificationsResult>;
  /**
   * One attempt, signed and logged. At least once: an attempt that died after the endpoint's answer is made
   * again with the same `webhook-id`. Never retried by Temporal; the workflow owns the schedule.
   */
  attemptWebhook(input: AttemptWebhookInput): Promise<AttemptWebhookResult>;
  /** Sends one mail. Retried; a repeated mail has the same Message-ID. */
  sendMail(input: { notificationId: string }): Promise<void>;
}
