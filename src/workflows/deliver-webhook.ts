import {
  ActivityFailure,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  sleep,
} from '@temporalio/workflow';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import type {
  AttemptWebhookResult,
  DeliverWebhookInput,
  NotificationActivities,
} from '../contracts/notifications.ts';
import type { DeliveryOutcome } from '../domain/notification-event.ts';

const { attemptWebhook } = proxyActivities<Pick<NotificationActivities, 'attemptWebhook'>>({
  taskQueue: TASK_QUEUES.notify,
  startToCloseTimeout: '1m',
  // The schedule is this workflow's.
  retry: { maximumAttempts: 1 },
});

/** Receivers that came back from one outage are not all called in one moment. */
const JITTER = 0.1;

/**
 * Delivers one webhook (Standard Webhooks 1.0.0): attempt after attempt along the schedule, or as late as the
 * endpoint asks. Its workflow id is the notification's id, which is the `webhook-id`.
 */
export async function deliverWebhook(input: DeliverWebhookInput): Promise<DeliveryOutcome> {
  let askedWaitSeconds = 0;
  for (const [index, waitSeconds] of input.waitsSeconds.entries()) {
    const pause = Math.max(waitSeconds * (1 + JITTER * Math.random()), askedWaitSeconds);
    if (pause > 0) await sleep(pause * 1_000);
    const { outcome, retryAfterSeconds } = await attempt(input, index);
    setCurrentDetails(`attempt ${index + 1}/${input.waitsSeconds.length}: ${outcome}`);
    if (outcome !== 'failed') return outcome;
    askedWaitSeconds = retryAfterSeconds ?? 0;
  }
  return 'failed';
}

/** An attempt that died with its process counts as failed: whether the endpoint had it is not known. */
async function attempt(input: DeliverWebhookInput, index: number): Promise<AttemptWebhookResult> {
  try {
    return await attemptWebhook({
      notificationId: input.notificationId,
      attempt: index + 1,
      isLast: index + 1 === input.waitsSeconds.length,
    });
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return { outcome: 'failed', retryAfterSeconds: null };
  }
}
