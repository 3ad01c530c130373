import { z } from 'zod';

/** What users are told of their work. */
export const WORK_EVENT_TYPES = [
  'job.started',
  'job.complete',
  'job.failed',
  'job.cancelled',
  'job.needs_attention',
  'batch.complete',
  'reel.complete',
  'cost.warning',
] as const;

/** What the owner of the installation is told of it. */
export const ALERT_EVENT_TYPES = ['alert.opened', 'alert.resolved'] as const;

/** What people are told of, by webhook and e-mail (B5). */
export const EVENT_TYPES = [...WORK_EVENT_TYPES, ...ALERT_EVENT_TYPES] as const;
export const eventTypeSchema = z.enum(EVENT_TYPES);
export type EventType = z.infer<typeof eventTypeSchema>;

/** As many videos as a mail about a batch names. */
export const FAILURES_TOLD = 20;

const batchFailureSchema = z.object({
  /** Where the video stands in the list. */
  line: z.number().int(),
  title: z.string().nullable(),
  /** Null where it was refused before it became a job. */
  jobId: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type BatchFailure = z.infer<typeof batchFailureSchema>;

/**
 * The body of a webhook: Standard Webhooks 1.0.0, "thin" payload. Holds ids and figures, never a signed address:
 * whoever receives it fetches the results with a token of their own.
 */
const workEventSchema = z.object({
  type: z.enum(WORK_EVENT_TYPES),
  /** When it happened, RFC 3339 UTC. */
  timestamp: z.iso.datetime(),
  data: z.object({
    /**
     * The job, batch or reel: `job_…`, `batch_…`, `reel_…`. Of a cost ceiling the token, `token_…`, or `installation`.
     */
    id: z.string(),
    title: z.string().nullable(),
    /** Where the results are listed; null where there are none. */
    resultsUrl: z.string().nullable(),
    durationSeconds: z.number().nonnegative().nullable(),
    costUsd: z.number().nonnegative(),
    videoCount: z.number().int().nonnegative(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    /** Of a batch: the first of its videos that failed or wait for a person. */
    failures: z.array(batchFailureSchema).max(FAILURES_TOLD).optional(),
  }),
});
export type WorkEvent = z.infer<typeof workEventSchema>;

const alertEventSchema = z.object({
  type: z.enum(ALERT_EVENT_TYPES),
  /** When it was opened or resolved, RFC 3339 UTC. */
  timestamp: z.iso.datetime(),
  data: z.object({
    /** The incident, `incident_…`: the same when it is opened and when it is resolved. */
    id: z.string(),
    alert: z.string(),
    severity: z.enum(['warning', 'critical']),
    /** Such as the task queue; null where there is one thing only that it can be about. */
    subject: z.string().nullable(),
    summary: z.string(),
    /** What to look at first. */
    action: z.string(),
    openedAt: z.iso.datetime(),
    resolvedAt: z.iso.datetime().nullable(),
  }),
});
export type AlertEvent = z.infer<typeof alertEventSchema>;

export const notificationEventSchema = z.discriminatedUnion('type', [workEventSchema, alertEventSchema]);
export type NotificationEvent = z.infer<typeof notificationEventSchema>;

export const isAlertEventType = (type: EventType): type is AlertEvent['type'] =>
  ALERT_EVENT_TYPES.some((each) => each === type);

export const isAlertEvent = (event: NotificationEvent): event is AlertEvent => isAlertEventType(event.type);

/** Events of jobs, reels among them. */
export type JobEventType = Extract<WorkEvent['type'], `job.${string}` | 'reel.complete'>;

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
): WorkEvent => ({
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
