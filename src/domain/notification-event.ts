import { z } from 'zod';

/** What users are told of, by webhook and e-mail (B5). */
export const EVENT_TYPES = [
  'job.started',
  'job.complete',
  'job.failed',
  'job.cancelled',
  'job.needs_attention',
  'batch.complete',
  'reel.complete',
] as const;
export const eventTypeSchema = z.enum(EVENT_TYPES);
export type EventType = z.infer<typeof eventTypeSchema>;

/**
 * The body of a webhook: Standard Webhooks 1.0.0, "thin" payload. Holds ids and figures, never a signed address:
 * whoever receives it fetches the results with a token of their own.
 */
export const notificationEventSchema = z.object({
  type: eventTypeSchema,
  /** When it happened, RFC 3339 UTC. */
  timestamp: z.iso.datetime(),
  data: z.object({
    /** The job, batch or reel: `job_…`, `batch_…`, `reel_…`. */
    id: z.string(),
    title: z.string().nullable(),
    /** Where the results are listed; null where there are none. */
    resultsUrl: z.string().nullable(),
    durationSeconds: z.number().nonnegative().nullable(),
    costUsd: z.number().nonnegative(),
    videoCount: z.number().int().nonnegative(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
});
export type NotificationEvent = z.infer<typeof notificationEventSchema>;

/** Events of jobs, reels among them. */
export type JobEventType = Extract<EventType, `job.${string}` | 'reel.complete'>;

/** What there is to tell of a job. */
export interface JobEventFacts {
  id: string;
  title: string | null;
  durationSeconds: number | null;
  costUsd: number;
  error: { code: string; message: string } | null;
}

/** There are results from now on. */
const COMPLETE: ReadonlySet<EventType> = new Set(['job.complete', 'reel.complete']);

/** An event of a job; its results are named by their path in the API. */
export const jobEvent = (
  type: JobEventType,
  at: Date,
  { id, title, durationSeconds, costUsd, error }: JobEventFacts,
): NotificationEvent => ({
  type,
  timestamp: at.toISOString(),
  data: {
    ...{ id, title, durationSeconds, costUsd },
    resultsUrl: COMPLETE.has(type) ? `/api/jobs/${id}/artifacts` : null,
    videoCount: 1,
    error: error === null ? null : { code: error.code, message: error.message },
  },
});

/**
 * Seconds to wait before each attempt to deliver a webhook: the schedule that Standard Webhooks recommends, over
 * three days in all.
 */
export const WEBHOOK_WAITS_SECONDS = [
  0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
] as const;

/** What came of one attempt. */
export const deliveryOutcomeSchema = z.enum([
  'delivered',
  /** Worth another attempt later. */
  'failed',
  /** The endpoint answered 410, or its address may not be reached: it is disabled. */
  'gone',
]);
export type DeliveryOutcome = z.infer<typeof deliveryOutcomeSchema>;
