import { estimateOf, NO_TIME, type Estimate } from './estimate.ts';
import { temporalPriorityKey } from './priority.ts';
import { remainingWork, type RunRates } from './run-rates.ts';

/** Jobs of an account that are alike, as far as turns are concerned. */
export interface OpenJobs {
  accountId: string;
  /** How many of the account's jobs run at once; null: any number. */
  runningAtOnce: number | null;
  /** The account's share of the workers, compared with others (S2). */
  weight: number;
  /** 1–10 */
  priority: number;
  count: number;
  /** Since when they run, in seconds; null: they wait for their turn. */
  runningSeconds: number | null;
}

/** Rounding must not leave a job with nothing to do. */
const TOLERANCE_SECONDS = 1e-6;

/** When the turn of a job comes, and when it is done; both from now on. */
export interface Forecast {
  wait: Estimate;
  end: Estimate;
}

/** Where a job is among those of its account. */
export interface Place {
  accountId: string;
  /** Among the waiting ones, from 1; one more than wait: a job that is submitted now. */
  position: number;
  runningAtOnce: number | null;
}

interface Flow {
  level: number;
  weight: number;
  /** Work that every job of the flow has been given so far, in seconds. */
  served: number;
  /** Where `served` is when each of its running jobs is done, the next one first. */
  marks: number[];
  /** Slots for each of its jobs. */
  rate: number;
}

interface Account {
  runningAtOnce: number;
  /** By priority, the most urgent first. */
  waiting: { level: number; weight: number; count: number }[];
  running: number;
  flows: Map<number, Flow>;
  /** When its jobs end, in order. */
  ends: number[];
  initiallyRunning: number;
}

/**
 * Plays forward what is open now, as the server gives turns: the most urgent level first, within it users by their
 * weights, and of each account no more jobs at once than its tier lets run. Work flows, rather than going step by
 * step, and every job has the mean work of this installation: what differs is in the range of the estimate.
 */
export class WaitForecast {
  readonly #accounts: Map<string, Account>;
  readonly #rates: RunRates;
  readonly #slots: number;

  /** @param slots steps that all workers do side by side, at least 1 */
  constructor(open: readonly OpenJobs[], slots: number, rates: RunRates) {
    this.#rates = rates;
    this.#slots = slots;
    const running = open.reduce((sum, jobs) => sum + (jobs.runningSeconds === null ? 0 : jobs.count), 0);
    const slotsEach = Math.min(rates.stepsAtOnce, slots / Math.max(1, running));
    this.#accounts = accountsOf(open, (seconds) => remainingWork(rates, seconds * slotsEach));
    this.#play();
  }

  of({ accountId, position, runningAtOnce }: Place): Forecast {
    const account = this.#accounts.get(accountId);
    const running = account?.initiallyRunning ?? 0;
    const endsBefore = Math.max(0, running + position - (runningAtOnce ?? Infinity));
    const turn = endsBefore === 0 ? 0 : (account?.ends[endsBefore - 1] ?? account?.ends.at(-1) ?? 0);
    const alone = this.#rates.meanWorkSeconds / Math.min(this.#rates.stepsAtOnce, this.#slots);
    // One that is only submitted now is not among those that were played.
    const end = Math.max(account?.ends[running + position - 1] ?? 0, turn + alone);
    const { variation } = this.#rates;
    const waitVariation = endsBefore === 0 ? 0 : variation / Math.sqrt(endsBefore);
    const runVariation = Math.hypot(waitVariation * turn, variation * (end - turn)) / end;
    return {
      wait: turn === 0 ? NO_TIME : estimateOf(turn, waitVariation),
      end: estimateOf(end, runVariation),
    };
  }

  /** How long the job waits that is submitted now where most wait already. */
  longestWait(): Estimate {
    const waits = [...this.#accounts].map(([accountId, account]) => {
      const { runningAtOnce, ends, initiallyRunning } = account;
      return this.of({ accountId, runningAtOnce, position: ends.length - initiallyRunning + 1 }).wait;
    });
    return waits.reduce((longest, wait) => (wait.seconds > longest.seconds ? wait : longest), NO_TIME);
  }

  #play(): void {
    const { stepsAtOnce, meanWorkSeconds } = this.#rates;
    const flows = (): Flow[] => [...this.#accounts.values()].flatMap(({ flows: all }) => [...all.values()]);
    for (const account of this.#accounts.values()) takeTurns(account, meanWorkSeconds);
    for (let now = 0; ;) {
      const active = flows().filter(({ marks }) => marks.length > 0);
      if (active.length === 0) return;
      shareSlots(active, this.#slots, stepsAtOnce);
      const step = Math.min(...active.map(timeToNextEnd));
      now += step;
      for (const flow of active) flow.served += flow.rate * step;
      for (const account of this.#accounts.values()) {
        const ended = endJobs(account);
        if (ended === 0) continue;
        for (let index = 0; index < ended; index += 1) account.ends.push(now);
        takeTurns(account, meanWorkSeconds);
      }
    }
  }
}

const timeToNextEnd = ({ marks: [next = Infinity], served, rate }: Flow): number =>
  rate > 0 ? Math.max(0, next - served) / rate : Infinity;

function accountsOf(
  open: readonly OpenJobs[],
  remaining: (runningSeconds: number) => number,
): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const { accountId, runningAtOnce, weight, priority, count, runningSeconds } of open.toSorted(
    (one, other) => other.priority - one.priority,
  )) {
    const account: Account = accounts.get(accountId) ?? {
      ...{ runningAtOnce: runningAtOnce ?? Infinity, running: 0, initiallyRunning: 0 },
      ...{ waiting: [], flows: new Map(), ends: [] },
    };
    accounts.set(accountId, account);
    const level = temporalPriorityKey(priority);
    if (runningSeconds === null) account.waiting.push({ level, weight, count });
    else {
      const work = remaining(runningSeconds);
      for (let index = 0; index < count; index += 1) start(account, { level, weight }, work);
      account.initiallyRunning += count;
    }
  }
  return accounts;
}

function start(account: Account, { level, weight }: { level: number; weight: number }, work: number): void {
  const flow: Flow = account.flows.get(level) ?? { level, weight, served: 0, marks: [], rate: 0 };
  account.flows.set(level, flow);
  const mark = flow.served + work;
  const place = flow.marks.findLastIndex((other) => other <= mark) + 1;
  flow.marks.splice(place, 0, mark);
  account.running += 1;
}

/** Starts waiting jobs for as long as the account has room. */
function takeTurns(account: Account, work: number): void {
  while (account.running < account.runningAtOnce) {
    const next = account.waiting.find(({ count }) => count > 0);
    if (next === undefined) return;
    next.count -= 1;
    start(account, next, work);
  }
}

/** Takes out the jobs that are done, and counts them. */
function endJobs(account: Account): number {
  let ended = 0;
  for (const flow of account.flows.values()) {
    const done = flow.marks.findIndex((mark) => mark > flow.served + TOLERANCE_SECONDS);
    const count = done === -1 ? flow.marks.length : done;
    flow.marks.splice(0, count);
    ended += count;
  }
  account.running -= ended;
  return ended;
}

/** Gives out slots, the most urgent level first; within it by weights, and to no flow more than it can use. */
function shareSlots(flows: readonly Flow[], slots: number, stepsAtOnce: number): void {
  let left = slots;
  for (const level of new Set(flows.map((flow) => flow.level).toSorted((one, other) => one - other))) {
    let open = flows.filter((flow) => flow.level === level);
    while (open.length > 0) {
      const perWeight = left / open.reduce((sum, { weight }) => sum + weight, 0);
      const full = open.filter(({ weight, marks }) => weight * perWeight >= marks.length * stepsAtOnce);
      for (const flow of full.length > 0 ? full : open) {
        const given = full.length > 0 ? flow.marks.length * stepsAtOnce : flow.weight * perWeight;
        flow.rate = given / flow.marks.length;
        left -= given;
      }
      open = full.length > 0 ? open.filter((flow) => !full.includes(flow)) : [];
    }
  }
}
