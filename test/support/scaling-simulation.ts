/** How a horizontal autoscaler that is fed by Temporal's backlog scales workers. */
export interface ScalingRules {
  name: string;
  pollingSeconds: number;
  cooldownSeconds: number;
  minimum: number;
  maximum: number;
  /** Waiting steps for each worker. */
  targetPerWorker: number;
  up: Direction;
  down: Direction;
}
interface Direction {
  windowSeconds: number;
  /** At most so many workers more or fewer in each period. */
  value: number;
  periodSeconds: number;
}

export interface Load {
  /** Steps that are scheduled in a minute. */
  arrivals: (minute: number) => number;
  stepSeconds: number;
  minutes: number;
}

/** As a worker has them; see src/workers/run-worker.ts. */
const SLOTS = 6;

/**
 * Plays a load against the rules, second by second, by the algorithm of the Kubernetes horizontal autoscaler
 * (AverageValue metric, stabilisation window, policies) and KEDA's activation from and to zero. Workers that are
 * ended hand their steps back, which start anew elsewhere.
 *
 * @returns workers and waiting steps at the end of each minute
 */
export function simulateScaling(rules: ScalingRules, load: Load): { workers: number[]; waiting: number[] } {
  let workers = rules.minimum;
  let waiting = 0;
  let running: number[] = [];
  let lastBusyAt = -Infinity;
  const wished: { at: number; count: number }[] = [];
  const changed: { at: number; by: number }[] = [];
  const history = { workers: [workers], waiting: [0] };
  for (let now = 0; now < load.minutes * 60; now += 1) {
    if (now % 60 === 0) waiting += load.arrivals(now / 60);
    running = running.filter((endsAt) => endsAt > now);
    const free = Math.max(0, Math.min(waiting, workers * SLOTS - running.length));
    running.push(...Array.from({ length: free }, () => now + load.stepSeconds));
    waiting -= free;
    if (now % rules.pollingSeconds === 0) {
      if (waiting > 0) lastBusyAt = now;
      const wish = Math.min(
        rules.maximum,
        Math.max(rules.minimum, Math.ceil(waiting / rules.targetPerWorker)),
      );
      wished.push({ at: now, count: wish });
      const next = nextCount(rules, { now, workers, wish, wished, changed, lastBusyAt });
      if (next !== workers) changed.push({ at: now, by: next - workers });
      workers = next;
      const handedBack = Math.max(0, running.length - workers * SLOTS);
      waiting += handedBack;
      running = running.slice(0, running.length - handedBack);
    }
    if (now % 60 === 59) {
      history.workers.push(workers);
      history.waiting.push(waiting);
    }
  }
  return history;
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
