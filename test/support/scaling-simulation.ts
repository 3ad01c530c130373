/** How a horizontal autoscaler that is fed by Temporal's backlog scales workers. */
export interface ScalingRules {
  name: string;
  pollingSeconds: number;
  cooldownSeconds: number;
  minimum: number;
  maximum: number;
  /** What waits is counted by queue: the trigger that wishes for most workers decides. */
  triggers: readonly { queue: QueueName; targetPerWorker: number }[];
  /** Workers of other pools that always run: they serve the control queue as well. */
  elsewhere: number;
  up: Direction;
  down: Direction;
}
interface Direction {
  windowSeconds: number;
  /** At most so many workers more or fewer in each period. */
  value: number;
  periodSeconds: number;
}

/** Workflow code and light steps, which any worker does; steps that touch media, which only those of the pool do. */
export type QueueName = 'control' | 'media';

export interface Load {
  /** Jobs that are submitted in a minute. */
  arrivals: (minute: number) => number;
  /** Of the one media step of each job. */
  stepSeconds: number;
  /** Of a step whose worker is ended; Infinity where it would begin anew. */
  lostSeconds?: number;
  minutes: number;
}

/** At the end of each minute, if not said otherwise. */
export interface Played {
  workers: number[];
  /** Tasks of both queues. */
  waiting: number[];
  /** Jobs that have ended. */
  ended: number[];
  /** In all: media steps whose worker was ended while it was at work on them. */
  handedBack: number;
}

/** As a worker has them; see src/workers/run-worker.ts. */
const SLOTS: Record<QueueName, number> = { control: 100, media: 6 };
const CONTROL_SECONDS = 1;

/** What a job needs, one after the other. */
const TASKS: readonly QueueName[] = ['control', 'media', 'control'];

/** Of a task that goes on elsewhere: its work since the last checkpoint, and until its worker's end is known. */
const LOST_SECONDS = 60;

interface Task {
  /** How many tasks of its job are done before. */
  done: number;
  /** What is left of its work. */
  seconds: number;
}

/** A task queue with those who work on it. */
class Station {
  readonly #slots: number;
  readonly #seconds: number;
  readonly #lostSeconds: number;
  #waiting: Task[] = [];
  #running: (Task & { endsAt: number })[] = [];
  /** Tasks whose worker was ended while it was at work on them. */
  handedBack = 0;

  constructor(queue: QueueName, seconds: number, lostSeconds: number) {
    this.#slots = SLOTS[queue];
    this.#seconds = seconds;
    this.#lostSeconds = lostSeconds;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(done: number): void {
    this.#waiting.push({ done, seconds: this.#seconds });
  }

  /** @returns the tasks that have ended, by how many of their job were done before */
  work(now: number, workers: number): number[] {
    const ended = this.#running.filter(({ endsAt }) => endsAt <= now);
    this.#running = this.#running.filter(({ endsAt }) => endsAt > now);
    const taken = this.#waiting.splice(0, Math.max(0, workers * this.#slots - this.#running.length));
    this.#running.push(...taken.map((task) => ({ ...task, endsAt: now + task.seconds })));
    return ended.map(({ done }) => done);
  }

  /** Those who are ended hand their tasks back, which go on elsewhere. */
  shrink(now: number, workers: number): void {
    const handedBack = this.#running.splice(workers * this.#slots);
    this.handedBack += handedBack.length;
    this.#waiting.push(
      ...handedBack.map(({ done, endsAt }) => ({
        done,
        seconds: Math.min(this.#seconds, endsAt - now + this.#lostSeconds),
      })),
    );
  }
}

/**
 * Plays a load against the rules, second by second, by the algorithm of the Kubernetes horizontal autoscaler
 * (AverageValue metrics, stabilisation window, policies) and KEDA's activation from and to zero.
 */
export function simulateScaling(rules: ScalingRules, load: Load): Played {
  let workers = rules.minimum;
  let endedJobs = 0;
  const stations = {
    control: new Station('control', CONTROL_SECONDS, 0),
    media: new Station('media', load.stepSeconds, load.lostSeconds ?? LOST_SECONDS),
  };
  const serving = (queue: QueueName): number => workers + (queue === 'control' ? rules.elsewhere : 0);
  let lastBusyAt = -Infinity;
  const wished: { at: number; count: number }[] = [];
  const changed: { at: number; by: number }[] = [];
  const played: Omit<Played, 'handedBack'> = { workers: [workers], waiting: [0], ended: [0] };
  const schedule = (done: number): void => {
    const queue = TASKS[done];
    if (queue === undefined) endedJobs += 1;
    else stations[queue].add(done);
  };
  for (let now = 0; now < load.minutes * 60; now += 1) {
    if (now % 60 === 0) for (let job = 0; job < load.arrivals(now / 60); job += 1) schedule(0);
    for (const queue of ['control', 'media'] as const)
      for (const done of stations[queue].work(now, serving(queue))) schedule(done + 1);
    if (now % rules.pollingSeconds === 0) {
      const wishes = rules.triggers.map(({ queue, targetPerWorker }) =>
        Math.ceil(stations[queue].waiting / targetPerWorker),
      );
      if (Math.max(...wishes) > 0) lastBusyAt = now;
      const wish = Math.min(rules.maximum, Math.max(rules.minimum, ...wishes));
      wished.push({ at: now, count: wish });
      const next = nextCount(rules, { now, workers, wish, wished, changed, lastBusyAt });
      if (next !== workers) changed.push({ at: now, by: next - workers });
      workers = next;
      for (const queue of ['control', 'media'] as const) stations[queue].shrink(now, serving(queue));
    }
    if (now % 60 === 59) {
      played.workers.push(workers);
      played.waiting.push(stations.control.waiting + stations.media.waiting);
      played.ended.push(endedJobs);
    }
  }
  return { ...played, handedBack: stations.media.handedBack };
}

interface Situation {
  now: number;
  workers: number;
  wish: number;
  wished: readonly { at: number; count: number }[];
  changed: readonly { at: number; by: number }[];
  lastBusyAt: number;
}

function nextCount(
  rules: ScalingRules,
  { now, workers, wish, wished, changed, lastBusyAt }: Situation,
): number {
  if (wish > workers) return Math.min(wish, workers + allowance(rules.up, changed, now));
  // The autoscaler itself never goes below one; the last worker goes when nothing has waited for the cool-down.
  const highest = Math.max(
    ...wished.filter(({ at }) => at > now - rules.down.windowSeconds).map(({ count }) => count),
    wish,
  );
  if (highest >= workers) return workers;
  const isLast = workers === 1 && rules.minimum === 0;
  if (isLast && now - lastBusyAt < rules.cooldownSeconds) return workers;
  return Math.max(highest, rules.minimum, workers - allowance(rules.down, changed, now));
}

/** How many workers may still come or go in this period. */
function allowance({ value, periodSeconds }: Direction, changed: Situation['changed'], now: number): number {
  const used = changed
    .filter(({ at }) => at > now - periodSeconds)
    .reduce((total, { by }) => total + Math.abs(by), 0);
  return Math.max(0, value - used);
}
