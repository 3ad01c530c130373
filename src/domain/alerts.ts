/**
 * When something is wrong with an installation, and what to do about it: the alerts of requirements H8, S5, R7 and
 * B7. `deploy/prometheus/alerts.yaml` holds the same for Prometheus; a test compares the two.
 */

export type Severity = 'warning' | 'critical';

/** What an installation is like at one moment. Null: it cannot be told now. */
export interface AlertFacts {
  /** Jobs that nobody works on yet. */
  waitingJobs: number;
  /** Reels among them. */
  waitingReels: number;
  /** Of a job that is submitted now. */
  estimatedWaitSeconds: number | null;
  /** Of the last hour. */
  endedJobs: { completed: number; failed: number };
  /** Nine in ten of the last hour's reels took no longer; null where there was none. */
  reelSeconds: number | null;
  /**
   * For how long steps of a running job have been at work on the short route, of the job with the most; waiting does
   * not count.
   */
  shortRouteSeconds: number;
  /** How long the step or workflow has waited that waits longest; null where none does. */
  queues: readonly { queue: string; oldestWaitingSeconds: number | null; workers: number }[];
  /** Null where the Temporal server does not list its workers. */
  workers: readonly WorkerFacts[] | null;
  /** What models cost in the last 24 hours, and in a usual day of the week before. */
  cost: { dayUsd: number; usualDayUsd: number };
}

/** One worker process. */
export interface WorkerFacts {
  /** The host, and what runs there. */
  name: string;
  isUp: boolean;
  /** By task queue, of the steps that touch media. */
  freeSlots: Readonly<Record<string, number>>;
  /** In use of what its process may use: of the limit of its container, else of its host's memory; from 0 to 1. */
  memoryShare: number;
}

/** One number that an alert looks at. */
export interface Reading {
  /** What it is of, where there are several, such as a task queue; else the empty string. */
  subject: string;
  value: number;
}

export interface AlertRule {
  name: string;
  severity: Severity;
  condition: { above: number } | { is: number };
  /** How long the condition must hold before it is an incident. */
  forSeconds: number;
  /** Undefined: it cannot be told now. A subject that is not there is well. */
  readings: (facts: AlertFacts) => Reading[] | undefined;
  summary: (value: number, subject: string) => string;
  /** What to look at first. */
  action: string;
}

/** A share of failures is told only once so many jobs have ended. */
const ENOUGH_JOBS = 10;
/** A day that cost so many times the usual is unusual. */
const UNUSUAL = 3;
const FAILED_ACTION =
  'See the newest with `clipscribe admin overview`, and look up their error codes in docs/errors.';

const one = (value: number): Reading[] => [{ subject: '', value }];
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const minutes = (seconds: number): string => `${Math.round(seconds / 60)} min`;

const waiting = ({ waitingJobs }: AlertFacts): Reading[] => one(waitingJobs);
const jobsWait = (count: number): string => `${count} jobs wait for their turn.`;

function failedShare({ endedJobs: { completed, failed } }: AlertFacts): Reading[] {
  const ended = completed + failed;
  return ended < ENOUGH_JOBS ? [] : one(failed / ended);
}
const jobsFailed = (share: number): string => `${percent(share)} of the jobs of the last hour failed.`;

/** Alerts that a scheduled workflow evaluates. */
export const ALERTS: readonly AlertRule[] = [
  {
    name: 'ClipScribeQueueDeep',
    severity: 'warning',
    condition: { above: 20 },
    forSeconds: 300,
    readings: waiting,
    summary: jobsWait,
    action: 'Look by `clipscribe queue` whether jobs come to an end; if they do, add workers.',
  },
  {
    name: 'ClipScribeQueueVeryDeep',
    severity: 'critical',
    condition: { above: 50 },
    forSeconds: 300,
    readings: waiting,
    summary: jobsWait,
    action:
      'Add workers, if jobs come to an end by `clipscribe queue`; else look into the logs of those there are.',
  },
  {
    name: 'ClipScribeQueueOverfull',
    severity: 'critical',
    condition: { above: 100 },
    forSeconds: 300,
    readings: waiting,
    summary: jobsWait,
    action:
      'The installation is too small for its users: let it scale to more workers, or lower the quotas of tokens.',
  },
  {
    name: 'ClipScribeReelsWait',
    severity: 'warning',
    condition: { above: 10 },
    forSeconds: 300,
    readings: ({ waitingReels }) => one(waitingReels),
    summary: (count) => `${count} reels wait for their turn.`,
    action: 'Add workers of the role short: they encode reels, many parts at once.',
  },
  {
    name: 'ClipScribeWaitLong',
    severity: 'critical',
    condition: { above: 30 * 60 },
    forSeconds: 300,
    readings: ({ estimatedWaitSeconds: seconds }) => (seconds === null ? undefined : one(seconds)),
    summary: (seconds) => `A job that is submitted now waits for ${minutes(seconds)}.`,
    action: 'Add workers.',
  },
  {
    name: 'ClipScribeJobsFail',
    severity: 'warning',
    condition: { above: 0.05 },
    forSeconds: 0,
    readings: failedShare,
    summary: jobsFailed,
    action: FAILED_ACTION,
  },
  {
    name: 'ClipScribeManyJobsFail',
    severity: 'critical',
    condition: { above: 0.1 },
    forSeconds: 0,
    readings: failedShare,
    summary: jobsFailed,
    action: FAILED_ACTION,
  },
  {
    name: 'ClipScribeReelSlow',
    severity: 'warning',
    condition: { above: 10 * 60 },
    forSeconds: 0,
    readings: ({ reelSeconds }) => (reelSeconds === null ? [] : one(reelSeconds)),
    summary: (seconds) => `One reel in ten takes longer than ${minutes(seconds)}.`,
    action: 'Look at the steps in the Temporal UI; encoding on more workers is faster.',
  },
  {
    name: 'ClipScribeShortRouteSlow',
    severity: 'warning',
    condition: { above: 50 * 60 },
    forSeconds: 0,
    readings: ({ shortRouteSeconds }) => one(shortRouteSeconds),
    summary: (seconds) => `Steps of a job have been at work on the short route for ${minutes(seconds)}.`,
    action:
      'Cloud Run ends an instance after 60. Lower CLIPSCRIBE_LONG_ROUTE_FROM_SECONDS, or give the workers more processors.',
  },
  {
    name: 'ClipScribeWorkerDown',
    severity: 'critical',
    condition: { is: 0 },
    forSeconds: 120,
    readings: ({ workers }) => workers?.map(({ name, isUp }) => ({ subject: name, value: Number(isUp) })),
    summary: (_, worker) => `The worker ${worker} does not answer.`,
    action:
      'Its supervisor should have started it again; look into its log. Its jobs go on at another worker, or once one is there.',
  },
  {
    name: 'ClipScribeNoWorkers',
    severity: 'critical',
    condition: { is: 0 },
    forSeconds: 300,
    readings: ({ queues }) =>
      queues
        .filter(({ oldestWaitingSeconds }) => oldestWaitingSeconds !== null)
        .map(({ queue, workers }) => ({ subject: queue, value: workers })),
    summary: (_, queue) => `Work waits on ${queue}, and no worker asks for it.`,
    action:
      'Start a worker with `clipscribe worker --role short`, `long` or `all`, as the queue is named; each serves the queue clipscribe as well.',
  },
  {
    name: 'ClipScribeWorkersFull',
    severity: 'warning',
    condition: { is: 0 },
    forSeconds: 600,
    readings: ({ workers }) => (workers === null ? undefined : freeSlotsOfQueues(workers)),
    summary: (_, queue) => `All workers of ${queue} are at their maximum.`,
    action: 'Add workers, if work waits.',
  },
  {
    name: 'ClipScribeWorkerMemory',
    severity: 'warning',
    condition: { above: 0.9 },
    forSeconds: 300,
    readings: ({ workers }) =>
      workers
        ?.filter(({ isUp }) => isUp)
        .map(({ name, memoryShare }) => ({ subject: name, value: memoryShare })),
    summary: (share, worker) => `${percent(share)} of the memory of the worker ${worker} is in use.`,
    action: 'Use a smaller model, lower CLIPSCRIBE_CONCURRENCY, or give it more.',
  },
  {
    name: 'ClipScribeCostUnusual',
    severity: 'warning',
    condition: { above: 10 },
    forSeconds: 0,
    readings: ({ cost: { dayUsd, usualDayUsd } }) => (dayUsd > UNUSUAL * usualDayUsd ? one(dayUsd) : []),
    summary: (usd) => `Models have cost ${usd.toFixed(2)} US dollars in a day, three times as much as usual.`,
    action: 'See who by `clipscribe admin overview`; `clipscribe admin stop` parks all work.',
  },
];

function freeSlotsOfQueues(workers: readonly WorkerFacts[]): Reading[] {
  const free = new Map<string, number>();
  for (const { isUp, freeSlots } of workers)
    if (isUp)
      for (const [queue, slots] of Object.entries(freeSlots)) free.set(queue, (free.get(queue) ?? 0) + slots);
  return [...free].map(([subject, value]) => ({ subject, value }));
}
