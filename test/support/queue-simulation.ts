import type { OpenJobs } from '../../src/domain/wait-forecast.ts';
import { temporalPriorityKey } from '../../src/domain/priority.ts';
import type { RunTime } from '../../src/domain/run-rates.ts';
import { TIERS, type TierName } from '../../src/domain/tiers.ts';

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface SimulatedUser {
  id: string;
  tier: TierName;
  priority: number;
}

/** A job of the simulation: a step that brings the audio, a step for each chunk, and one that writes the results. */
export interface SimulatedJob {
  user: SimulatedUser;
  /** Seconds of work of the chunks. */
  chunks: number[];
  first: number;
  last: number;
  submittedAt: number;
  startedAt: number | null;
  endedAt: number | null;
}

interface Step {
  job: SimulatedJob;
  seconds: number;
  order: number;
}

/**
 * The service in simulated time: turns by account and tier as turns.ts gives them, steps dispatched to workers' slots
 * as Temporal does, the most urgent level first and users of a level by their weights, none interrupted.
 */
export class QueueSimulation {
  now = 0;
  readonly runs: RunTime[] = [];
  readonly jobs: SimulatedJob[] = [];
  readonly #slots: number;
  readonly #stepsAtOnce: number;
  #taken = 0;
  #order = 0;
  readonly #events: { at: number; order: number; happen: () => void }[] = [];
  readonly #steps: Step[] = [];
  /** How much each user has been given, in steps by weight; who was away does not catch up. */
  readonly #passes = new Map<string, number>();
  #virtualTime = 0;

  constructor({ slots, stepsAtOnce }: { slots: number; stepsAtOnce: number }) {
    this.#slots = slots;
    this.#stepsAtOnce = stepsAtOnce;
  }

  at(time: number, happen: () => void): void {
    this.#order += 1;
    this.#events.push({ at: time, order: this.#order, happen });
  }

  run(): void {
    for (;;) {
      const next = this.#events.toSorted((one, other) => one.at - other.at || one.order - other.order)[0];
      if (next === undefined) return;
      this.#events.splice(this.#events.indexOf(next), 1);
      this.now = next.at;
      next.happen();
      this.#giveTurns();
      this.#dispatch();
    }
  }

  submit(work: Pick<SimulatedJob, 'user' | 'chunks' | 'first' | 'last'>): SimulatedJob {
    const job: SimulatedJob = { ...work, submittedAt: this.now, startedAt: null, endedAt: null };
    this.jobs.push(job);
    return job;
  }

  /** As the catalogue counts them. */
  open(): OpenJobs[] {
    return this.jobs
      .filter(({ endedAt }) => endedAt === null)
      .map(({ user, startedAt }) => ({
        accountId: user.id,
        runningAtOnce: TIERS[user.tier].runningAtOnce,
        weight: TIERS[user.tier].weight,
        priority: user.priority,
        count: 1,
        runningSeconds: startedAt === null ? null : this.now - startedAt,
      }));
  }

  /** The place of a job among the waiting ones of its account; 0 where its turn has come. */
  positionOf(job: SimulatedJob): number {
    return this.#waiting(job.user.id).indexOf(job) + 1;
  }

  #waiting(userId: string): SimulatedJob[] {
    return this.jobs
      .filter(({ user, startedAt }) => user.id === userId && startedAt === null)
      .toSorted(
        (one, other) => other.user.priority - one.user.priority || one.submittedAt - other.submittedAt,
      );
  }

  #giveTurns(): void {
    for (const userId of new Set(
      this.jobs.filter((job) => job.startedAt === null).map(({ user }) => user.id),
    )) {
      for (const job of this.#waiting(userId)) {
        const running = this.jobs.filter(
          ({ user, startedAt, endedAt }) => user.id === userId && startedAt !== null && endedAt === null,
        ).length;
        if (running >= TIERS[job.user.tier].runningAtOnce) break;
        this.#start(job);
      }
    }
  }

  #start(job: SimulatedJob): void {
    job.startedAt = this.now;
    const chunks = [...job.chunks];
    let inFlight = 0;
    const next = (): void => {
      while (inFlight < this.#stepsAtOnce && chunks.length > 0) {
        inFlight += 1;
        this.#queue(job, chunks.shift() ?? 0, () => {
          inFlight -= 1;
          next();
        });
      }
      if (inFlight === 0 && chunks.length === 0) this.#queue(job, job.last, () => this.#end(job));
    };
    this.#queue(job, job.first, next);
  }

  #end(job: SimulatedJob): void {
    job.endedAt = this.now;
    this.runs.push({
      runSeconds: this.now - (job.startedAt ?? 0),
      workSeconds: job.first + job.last + job.chunks.reduce((sum, seconds) => sum + seconds, 0),
    });
  }

  readonly #done = new Map<Step, () => void>();

  #queue(job: SimulatedJob, seconds: number, done: () => void): void {
    this.#order += 1;
    const step = { job, seconds, order: this.#order };
    this.#done.set(step, done);
    this.#steps.push(step);
  }

  #dispatch(): void {
    while (this.#taken < this.#slots && this.#steps.length > 0) {
      const step = this.#steps.reduce((best, other) => (this.#isBefore(other, best) ? other : best));
      this.#steps.splice(this.#steps.indexOf(step), 1);
      const pass = this.#passOf(step.job.user);
      this.#virtualTime = pass;
      this.#passes.set(step.job.user.id, pass + 1 / TIERS[step.job.user.tier].weight);
      this.#taken += 1;
      this.at(this.now + step.seconds, () => {
        this.#taken -= 1;
        this.#done.get(step)?.();
        this.#done.delete(step);
      });
    }
  }

  #passOf = ({ id }: SimulatedUser): number => Math.max(this.#passes.get(id) ?? 0, this.#virtualTime);

  #isBefore(one: Step, other: Step): boolean {
    const level = ({ job }: Step): number => temporalPriorityKey(job.user.priority);
    if (level(one) !== level(other)) return level(one) < level(other);
    const [first, second] = [this.#passOf(one.job.user), this.#passOf(other.job.user)];
    return first === second ? one.order < other.order : first < second;
  }
}
