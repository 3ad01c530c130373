import { z } from 'zod';

/** Numbers that somebody else tells, who may be away. */
const gaugeSchema = z.number().nullable();
const countSchema = z.number().int();

/** One task queue at a moment, or on average over an hour. */
const sampledQueueSchema = z.object({
  queue: z.string(),
  /** Steps that wait for a worker; about so many. */
  waitingSteps: z.number(),
  /** How long the one has waited that waits longest; null while none does. */
  oldestWaitingSeconds: gaugeSchema,
  /** Processes that ask it for steps. */
  workers: z.number(),
  /** Steps that its workers can do side by side, and do; null where the Temporal server does not tell. */
  slots: gaugeSchema,
  usedSlots: gaugeSchema,
});

/**
 * How the installation was (S3). Gauges are what held at the end of a minute, or the mean over an hour; counts are of
 * the whole minute or hour. What could not be told then is null.
 */
export const queueSampleSchema = z.object({
  /** How many minutes it is made of: under 60 for an hour in which the service was away. */
  minutes: countSchema,
  /** Jobs that nobody works on yet. */
  waitingJobs: gaugeSchema,
  /** The most that waited at once. */
  waitingJobsMaximum: gaugeSchema,
  runningJobs: gaugeSchema,
  /** Worker processes. */
  workers: gaugeSchema,
  /** For a job that was submitted then. */
  estimatedWaitSeconds: gaugeSchema,
  /** How long the job had waited that waited longest. */
  oldestWaitingSeconds: gaugeSchema,
  started: countSchema,
  completed: countSchema,
  failed: countSchema,
  cancelled: countSchema,
  queues: z.array(sampledQueueSchema),
});
export type QueueSample = z.infer<typeof queueSampleSchema>;

export const GRAINS = ['minute', 'hour'] as const;
export type Grain = (typeof GRAINS)[number];

const MINUTE_MS = 60_000;
export const GRAIN_MS: Readonly<Record<Grain, number>> = { minute: MINUTE_MS, hour: 60 * MINUTE_MS };

const DAY_MS = 24 * GRAIN_MS.hour;
/** How long samples of each grain are kept. */
export const KEPT_MS: Readonly<Record<Grain, number>> = { minute: 7 * DAY_MS, hour: 365 * DAY_MS };

/** The beginning of the minute or hour in which a moment lies. */
export const startOf = (grain: Grain, at: Date): Date =>
  new Date(Math.floor(at.getTime() / GRAIN_MS[grain]) * GRAIN_MS[grain]);

/** One sample for many; for none, a sample that tells nothing. */
export function rollUp(samples: readonly QueueSample[]): QueueSample {
  const mean = (of: (sample: QueueSample) => number | null): number | null => meanOf(samples.map(of));
  const total = (of: (sample: QueueSample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0);
  const peaks = samples.flatMap(({ waitingJobsMaximum }) => waitingJobsMaximum ?? []);
  const queues = Map.groupBy(
    samples.flatMap((sample) => sample.queues),
    ({ queue }) => queue,
  );
  return {
    minutes: total(({ minutes }) => minutes),
    waitingJobs: mean(({ waitingJobs }) => waitingJobs),
    waitingJobsMaximum: peaks.length === 0 ? null : Math.max(...peaks),
    runningJobs: mean(({ runningJobs }) => runningJobs),
    workers: mean(({ workers }) => workers),
    estimatedWaitSeconds: mean(({ estimatedWaitSeconds }) => estimatedWaitSeconds),
    oldestWaitingSeconds: mean(({ oldestWaitingSeconds }) => oldestWaitingSeconds),
    started: total(({ started }) => started),
    completed: total(({ completed }) => completed),
    failed: total(({ failed }) => failed),
    cancelled: total(({ cancelled }) => cancelled),
    queues: [...queues].map(([queue, each]) => ({
      queue,
      waitingSteps: meanOf(each.map(({ waitingSteps }) => waitingSteps)) ?? 0,
      workers: meanOf(each.map(({ workers }) => workers)) ?? 0,
      oldestWaitingSeconds: meanOf(each.map(({ oldestWaitingSeconds }) => oldestWaitingSeconds)),
      slots: meanOf(each.map(({ slots }) => slots)),
      usedSlots: meanOf(each.map(({ usedSlots }) => usedSlots)),
    })),
  };
}

/** Over what is known; to two decimals, as nobody reads more. */
function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return Math.round((known.reduce((sum, value) => sum + value, 0) / known.length) * 100) / 100;
}
