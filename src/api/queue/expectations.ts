import { MEDIA_SLOTS, TASK_QUEUES } from '../../contracts/task-queues.ts';
import { accuracyOf, type Accuracy } from '../../domain/estimate-accuracy.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { JobKindName } from '../../domain/job-kinds.ts';
import { ratesOf, type MeasuredRun } from '../../domain/run-rates.ts';
import { WaitForecast } from '../../domain/wait-forecast.ts';
import type { Estimates } from '../../ports/estimates.ts';
import type { EstimateBasis } from './estimate-schemas.ts';
import { SharedReads } from '../shared-reads.ts';
import type { QueueProbe, QueueState } from './queue-probe.ts';

/** What to expect, as of a moment. */
export interface Expectation {
  /** What it tells counts from then on. */
  atMs: number;
  /** Null where nobody works, so that nobody knows. */
  forecast: WaitForecast | null;
  /** From runs of this installation; otherwise it is assumed, and the range is wide. */
  basis: EstimateBasis;
  runs: readonly (MeasuredRun & { kind: string })[];
  /** How near past estimates came. */
  accuracy: Accuracy[];
}

/** So many of the newest estimates are compared with the truth. */
const COMPARED = 500;
const FRESH_MS = 5000;
const MEDIA_QUEUES: readonly string[] = [TASK_QUEUES.short, TASK_QUEUES.long];

/** What jobs of this installation may expect. Worked out once every few seconds, however many ask. */
export class Expectations {
  readonly #estimates: Estimates;
  readonly #probe: QueueProbe;
  readonly #shared: SharedReads<Expectation>;

  constructor(estimates: Estimates, probe: QueueProbe, freshMs = FRESH_MS) {
    this.#estimates = estimates;
    this.#probe = probe;
    this.#shared = new SharedReads(() => this.#read(), freshMs);
  }

  /** @throws ClipScribeError DatabaseUnavailable */
  read(): Promise<Expectation> {
    return this.#shared.get('all');
  }

  /** Runs of a kind on a queue, or on any where too few were. */
  static runsLike(
    { runs }: Expectation,
    { kind, queue }: { kind: JobKindName; queue: string },
  ): readonly MeasuredRun[] {
    const alike = runs.filter((run) => run.kind === kind);
    const onQueue = alike.filter((run) => run.queue === queue);
    return onQueue.length >= FEWEST_OF_QUEUE ? onQueue : alike;
  }

  async #read(): Promise<Expectation> {
    const [open, runs, outcomes, slots] = await Promise.all([
      this.#estimates.openJobs(),
      this.#estimates.recentRuns(),
      this.#estimates.outcomes(COMPARED),
      this.#slots(),
    ]);
    const rates = ratesOf(runs);
    return {
      atMs: Date.now(),
      forecast: slots === 0 ? null : new WaitForecast(open, slots, rates),
      basis: rates.works.length > 0 ? 'measured' : 'assumed',
      runs,
      accuracy: accuracyOf(outcomes),
    };
  }

  /** Steps that all workers do side by side; none while Temporal is away. */
  async #slots(): Promise<number> {
    try {
      const queues = await this.#probe.queues();
      return queues
        .filter(({ queue }) => MEDIA_QUEUES.includes(queue))
        .reduce((sum, queue) => sum + slotsOf(queue), 0);
    } catch (error) {
      if (ClipScribeError.is(error) && error.code === 'ServiceUnavailable') return 0;
      throw error;
    }
  }
}

const FEWEST_OF_QUEUE = 3;

/** As the workers tell, or as they have them where the server does not list workers. */
const slotsOf = ({ slots, workers }: QueueState): number => slots ?? workers.length * MEDIA_SLOTS;
