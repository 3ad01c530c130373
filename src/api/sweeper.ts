import { ClipScribeError, type ErrorCode } from '../domain/errors.ts';
import type { Estimates } from '../ports/estimates.ts';
import type { IdempotencyStore } from '../ports/idempotency-store.ts';
import type { Incidents } from '../ports/incidents.ts';
import type { Notifications } from '../ports/notifications.ts';
import type { BatchStarter } from './batches/batch-starter.ts';
import type { JobDispatcher } from './jobs/job-dispatcher.ts';
import type { StopTeller } from './stop/stop-teller.ts';

const DISPATCH_INTERVAL_MS = 2000;
/** Soon enough to act before the ceiling is reached. */
const COST_WARNING_INTERVAL_MS = 10_000;
const RECONCILE_INTERVAL_MS = 60_000;
/** Several times a minute, so that a slow one is not missed: a minute that is kept is not kept again. */
const HISTORY_INTERVAL_MS = 15_000;
const ESTIMATES_INTERVAL_MS = 5000;

/** Codes of what passes by itself. */
const AWAY: ReadonlySet<ErrorCode> = new Set([
  'ServiceUnavailable',
  'DatabaseUnavailable',
  'StorageUnavailable',
]);

export interface SweeperOptions {
  dispatcher: JobDispatcher;
  batchStarter: BatchStarter;
  idempotency: IdempotencyStore;
  stopTeller: StopTeller;
  notifications: Notifications;
  /** Tells people of cost ceilings that came near. */
  tellCostWarnings: () => Promise<void>;
  incidents: Incidents;
  /** Lets transcripts be found that the search does not know. */
  indexWhatIsMissing: () => Promise<void>;
  /** Keeps how the queues were in the last minute. */
  keepQueueHistory: () => Promise<void>;
  /** Keeps what is estimated for new jobs. */
  keepEstimates: () => Promise<void>;
  estimates: Pick<Estimates, 'sweep'>;
  /** For errors that are not just Temporal, the database or the storage being away. */
  report: (error: Error) => void;
}

/**
 * What the service makes up for by itself: starts that are owed, stops that not all jobs know of, ends that nobody
 * told, ceilings that came near, answers and incidents that are old, transcripts that are not found, estimates of new
 * jobs, and what the history of the queues lacks.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
    const { dispatcher, batchStarter, idempotency, stopTeller, notifications, incidents } = options;
    this.#every(DISPATCH_INTERVAL_MS, () => dispatcher.dispatch());
    this.#every(DISPATCH_INTERVAL_MS, () => batchStarter.startOwed());
    this.#every(DISPATCH_INTERVAL_MS, () => stopTeller.tell());
    this.#every(RECONCILE_INTERVAL_MS, () => dispatcher.reconcile());
    this.#every(RECONCILE_INTERVAL_MS, () => batchStarter.reconcile());
    this.#every(RECONCILE_INTERVAL_MS, () => idempotency.sweep());
    this.#every(RECONCILE_INTERVAL_MS, () => notifications.sweep());
    this.#every(COST_WARNING_INTERVAL_MS, options.tellCostWarnings);
    this.#every(RECONCILE_INTERVAL_MS, () => incidents.sweep());
    const index = this.#every(RECONCILE_INTERVAL_MS, options.indexWhatIsMissing);
    this.#every(ESTIMATES_INTERVAL_MS, options.keepEstimates);
    this.#every(RECONCILE_INTERVAL_MS, () => options.estimates.sweep());
    this.#every(HISTORY_INTERVAL_MS, options.keepQueueHistory);
    this.dispatchSoon();
    index();
  }

  /** Starts what is owed without being waited for. */
  dispatchSoon(): void {
    this.#do(() => this.#options.dispatcher.dispatch());
  }

  /** A job has ended: starts what is owed, and has its batch look for the next video. */
  jobEnded(batchId: string | null): void {
    this.dispatchSoon();
    if (batchId !== null) this.#do(() => this.#options.batchStarter.wake(batchId));
  }

  /** Lets what runs finish. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timers.forEach(clearInterval);
    await Promise.all(this.#running);
  }

  /**
   * Does something now and then, never twice at once: a turn is left out while the one before goes on.
   *
   * @returns takes a turn now
   */
  #every(intervalMs: number, work: () => Promise<void>): () => void {
    let isUnderWay = false;
    const turn = (): void => {
      if (isUnderWay) return;
      isUnderWay = true;
      this.#do(() => work().finally(() => (isUnderWay = false)));
    };
    this.#timers.push(setInterval(turn, intervalMs));
    return turn;
  }

  #do(work: () => Promise<void>): void {
    if (this.#closed) return;
    const done = work()
      .catch((error: unknown) => {
        if (!(ClipScribeError.is(error) && AWAY.has(error.code))) this.#options.report(error as Error);
      })
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
  }
}
