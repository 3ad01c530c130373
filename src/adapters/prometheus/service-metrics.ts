import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EndedJob, JobMetrics, ServiceNumbers } from '../../ports/metrics.ts';

/** From a minute's clip out of the cache to a hearing of six hours on a slow host. */
const JOB_SECONDS = [5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3000, 3600, 2 * 3600, 6 * 3600, 12 * 3600];

/**
 * Metrics of the service, by the names of requirements R7 and B7 where they have one. Counters begin anew with the
 * process; gauges are asked for at each scrape.
 */
export class ServiceMetrics implements JobMetrics {
  readonly registry = new Registry();
  readonly #ended = new Counter({
    name: 'clipscribe_jobs_ended_total',
    help: 'Jobs that ended, by kind and state.',
    labelNames: ['kind', 'state'],
    registers: [this.registry],
  });
  readonly #duration = new Histogram({
    name: 'job_duration_seconds',
    help: 'From the start of a job to its end, by kind and state.',
    labelNames: ['kind', 'state'],
    buckets: JOB_SECONDS,
    registers: [this.registry],
  });
  readonly #lastEnded = this.#gauge('clipscribe_last_job_ended_timestamp_seconds', 'When a job last ended.');
  readonly #jobs = this.#gauge('clipscribe_jobs', 'Jobs that have not ended.', ['state']);
  readonly #waitingReels = this.#gauge(
    'clipscribe_waiting_reels',
    'Reels that wait for their turn or for a worker.',
  );
  readonly #shortRoute = this.#gauge(
    'clipscribe_short_route_work_seconds',
    'For how long steps of a running job have been at work on the short route, of the job with the most.',
  );
  readonly #backlog = this.#gauge('clipscribe_queue_backlog', 'Steps that wait for a worker.', [
    'task_queue',
  ]);
  readonly #workers = this.#gauge('clipscribe_queue_workers', 'Workers that ask for steps.', ['task_queue']);
  readonly #slots = this.#gauge('clipscribe_queue_slots', 'Steps that workers can do side by side, and do.', [
    'task_queue',
    'state',
  ]);
  readonly #oldest = this.#gauge(
    'clipscribe_queue_oldest_waiting_seconds',
    'How long the step has waited that waits longest.',
    ['task_queue'],
  );
  readonly #wait = this.#gauge('clipscribe_estimated_wait_seconds', 'For a job that is submitted now.');
  readonly #waitBound = this.#gauge(
    'clipscribe_estimated_wait_bound_seconds',
    'Between which the wait lies in three of five cases.',
    ['bound'],
  );
  readonly #estimateError = this.#gauge(
    'clipscribe_estimate_error_ratio',
    'Median error of past estimates, as a share of the truth.',
    ['task_queue', 'of'],
  );
  readonly #estimateWithin = this.#gauge(
    'clipscribe_estimate_within_range_ratio',
    'Share of past estimates within whose range the truth lay; 0.6 is meant.',
    ['task_queue', 'of'],
  );
  readonly #cost = this.#gauge('clipscribe_month_cost_usd', 'What models cost in this UTC calendar month.');
  readonly #successRate = this.#gauge('job_success_rate', 'Share of the last hour’s jobs that completed.');

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  jobEnded({ kind, state, seconds }: EndedJob): void {
    this.#ended.inc({ kind, state });
    this.#duration.observe({ kind, state }, seconds);
    this.#lastEnded.setToCurrentTime();
  }

  /**
   * All metrics, in Prometheus' text format.
   *
   * @param numbers undefined where they cannot be told now: their gauges are absent then, rather than old
   */
  text(numbers: ServiceNumbers | undefined): Promise<string> {
    for (const gauge of this.#labelled) gauge.reset();
    // After a reset, a gauge without labels would say zero.
    for (const gauge of this.#unlabelled) gauge.remove();
    if (numbers !== undefined) this.#show(numbers);
    return this.registry.metrics();
  }

  #show({ queues, estimatedWait, accuracy, successRate, ...numbers }: ServiceNumbers): void {
    this.#jobs.set({ state: 'waiting' }, numbers.waitingJobs);
    this.#jobs.set({ state: 'running' }, numbers.runningJobs);
    this.#waitingReels.set(numbers.waitingReels);
    this.#shortRoute.set(numbers.shortRouteSeconds);
    for (const { queue: task_queue, waitingSteps, workers, ...state } of queues) {
      this.#backlog.set({ task_queue }, waitingSteps);
      this.#workers.set({ task_queue }, workers);
      this.#oldest.set({ task_queue }, state.oldestWaitingSeconds ?? 0);
      if (state.slots === null || state.usedSlots === null) continue;
      this.#slots.set({ task_queue, state: 'used' }, state.usedSlots);
      this.#slots.set({ task_queue, state: 'free' }, state.slots - state.usedSlots);
    }
    this.#cost.set(numbers.monthCostUsd);
    if (estimatedWait !== null) {
      this.#wait.set(estimatedWait.seconds);
      this.#waitBound.set({ bound: 'low' }, estimatedWait.lowSeconds);
      this.#waitBound.set({ bound: 'high' }, estimatedWait.highSeconds);
    }
    for (const { queue: task_queue, of, medianError, withinRange } of accuracy) {
      this.#estimateError.set({ task_queue, of }, medianError);
      this.#estimateWithin.set({ task_queue, of }, withinRange);
    }
    if (successRate !== null) this.#successRate.set(successRate);
  }

  get #unlabelled(): Gauge[] {
    return [this.#waitingReels, this.#shortRoute, this.#wait, this.#cost, this.#successRate];
  }

  get #labelled(): Gauge[] {
    return [
      ...[this.#jobs, this.#backlog, this.#workers, this.#slots, this.#oldest],
      ...[this.#waitBound, this.#estimateError, this.#estimateWithin],
    ];
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
