import { ClipScribeError, type ErrorCode } from '../domain/errors.ts';
import type { IdempotencyStore } from '../ports/idempotency-store.ts';
import type { Notifications } from '../ports/notifications.ts';
import type { BatchStarter } from './batches/batch-starter.ts';
import type { JobDispatcher } from './jobs/job-dispatcher.ts';
import type { StopTeller } from './stop/stop-teller.ts';

const DISPATCH_INTERVAL_MS = 2000;
const RECONCILE_INTERVAL_MS = 60_000;

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
  /** Lets transcripts be found that the search does not know. */
  indexWhatIsMissing: () => Promise<void>;
  /** For errors that are not just Temporal, the database or the storage being away. */
  report: (error: Error) => void;
}

/**
 * What the service makes up for by itself: starts that are owed, stops that not all jobs know of, ends that nobody
 * told, answers that are old, transcripts that are not found.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #timers: NodeJS.Timeout[];
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
    const { dispatcher, batchStarter, idempotency, stopTeller, notifications } = options;
    this.#timers = [
      setInterval(() => this.dispatchSoon(), DISPATCH_INTERVAL_MS),
      setInterval(() => this.#do(() => batchStarter.startOwed()), DISPATCH_INTERVAL_MS),
      setInterval(() => this.#do(() => stopTeller.tell()), DISPATCH_INTERVAL_MS),
      setInterval(() => this.#do(() => dispatcher.reconcile()), RECONCILE_INTERVAL_MS),
      setInterval(() => this.#do(() => batchStarter.reconcile()), RECONCILE_INTERVAL_MS),
      setInterval(() => this.#do(() => idempotency.sweep()), RECONCILE_INTERVAL_MS),
      setInterval(() => this.#do(() => notifications.sweep()), RECONCILE_INTERVAL_MS),
      setInterval(() => this.#do(options.indexWhatIsMissing), RECONCILE_INTERVAL_MS),
    ];
    this.dispatchSoon();
    this.#do(options.indexWhatIsMissing);
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
