import type { DeliveryOutcome, EventType } from '../domain/notification-event.ts';

/** An address that a user's webhooks go to. Its secret is shown when it is made, and never again. */
export interface WebhookEndpoint {
  id: string;
  userId: string;
  /** Null: signs for the addresses that single jobs, batches and reels name. */
  url: string | null;
  events: readonly EventType[];
  createdAt: Date;
  /** Until then the secret before this one signs, too; null where there is none. */
  previousSecretUntil: Date | null;
  /** Null while it is told of events. */
  disabledAt: Date | null;
  disabledReason: string | null;
}

/** With the secret `whsec_…` by which receivers verify signatures. */
export interface WebhookWithSecret {
  endpoint: WebhookEndpoint;
  secret: string;
}

/** One message to an endpoint, with all attempts to deliver it. */
export interface WebhookDelivery {
  /** The `webhook-id`. */
  id: string;
  type: EventType;
  /** The job, batch or reel. */
  subjectId: string;
  url: string;
  state: 'pending' | DeliveryOutcome;
  createdAt: Date;
  /** In order. */
  attempts: readonly WebhookAttempt[];
}

export interface WebhookAttempt {
  at: Date;
  outcome: DeliveryOutcome;
  statusCode: number | null;
  durationMs: number;
  problem: string | null;
}

/**
 * The endpoints of users, and what was delivered to them (B5). Whatever names an endpoint names its owner too:
 * another user's is not there. Every call rejects with ClipScribeError `DatabaseUnavailable` while the database
 * cannot be reached.
 */
export interface Webhooks {
  /** @throws ClipScribeError InvalidInput where the user has as many as there may be */
  add(endpoint: { userId: string; url: string; events: readonly EventType[] }): Promise<WebhookWithSecret>;
  /** Newest first. */
  list(userId: string, page: { limit: number; before: string | undefined }): Promise<WebhookEndpoint[]>;
  find(userId: string, endpointId: string): Promise<WebhookEndpoint | undefined>;
  /** The endpoint that signs for the addresses which single jobs, batches and reels name; made when it is asked for. */
  signer(userId: string): Promise<WebhookEndpoint>;
  /** Forgets it, and what was to be delivered to it. */
  remove(userId: string, endpointId: string): Promise<WebhookEndpoint | undefined>;
  /** A new secret. The one before it signs as well for a day, so that receivers can change over. */
  rotate(userId: string, endpointId: string): Promise<WebhookWithSecret | undefined>;
  /** Tells it of events again. */
  enable(userId: string, endpointId: string): Promise<WebhookEndpoint | undefined>;
  /** Newest first. */
  deliveries(
    endpointId: string,
    page: { limit: number; before: string | undefined },
  ): Promise<WebhookDelivery[]>;
  /** Has a delivery wait for attempts again. @returns false where the endpoint has no such delivery */
  reopenDelivery(endpointId: string, deliveryId: string): Promise<boolean>;
}
