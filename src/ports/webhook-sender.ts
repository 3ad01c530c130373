import type { DeliveryOutcome } from '../domain/notification-event.ts';

/** One message as it is sent: the same `id` and `body` on each attempt, so that receivers can recognise it. */
export interface WebhookMessage {
  id: string;
  url: string;
  /** JSON, as it is signed. */
  body: string;
  /** Base64 secrets with the prefix `whsec_`; several while a secret is being rotated. */
  secrets: readonly string[];
}

export interface WebhookAnswer {
  outcome: DeliveryOutcome;
  /** HTTP status; null where none came. */
  statusCode: number | null;
  durationMs: number;
  /** Why it was not delivered, one sentence for the delivery log; null where it was. */
  problem: string | null;
  /** When the endpoint asks to be tried again, where it does. */
  retryAfterSeconds: number | null;
}

/** Sends webhooks by the Standard Webhooks specification. */
export interface WebhookSender {
  /**
   * One attempt; what goes wrong is its answer, not an error. Redirects are not followed.
   *
   * @throws the signal's reason where it was aborted
   */
  send(message: WebhookMessage, signal: AbortSignal): Promise<WebhookAnswer>;
}
