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
  readonly #backlog = this.#gauge('clipscribe_queue_backlog', 'Steps that wait for a worker.', [
    'task_queue',
  ]);
  readonly #workers = this.#gauge('clipscribe_queue_workers', 'Workers that ask for steps.', ['task_queue']);
  readonly #wait = this.#gauge('clipscribe_estimated_wait_seconds', 'For a job that is submitted now.');
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
    for (const gauge of [this.#jobs, this.#backlog, this.#workers]) gauge.reset();
    // After a reset, a gauge without labels would say zero.
    for (const gauge of [this.#wait, this.#cost, this.#successRate]) gauge.remove();
    if (numbers !== undefined) this.#show(numbers);
    return this.registry.metrics();
  }

  #show({ queues, estimatedWaitSeconds, successRate, ...numbers }: ServiceNumbers): void {
    this.#jobs.set({ state: 'waiting' }, numbers.waitingJobs);
    this.#jobs.set({ state: 'running' }, numbers.runningJobs);
    for (const { queue, waitingSteps, workers } of queues) {
      this.#backlog.set({ task_queue: queue }, waitingSteps);
      this.#workers.set({ task_queue: queue }, workers);
    }
    this.#cost.set(numbers.monthCostUsd);
    if (estimatedWaitSeconds !== null) this.#wait.set(estimatedWaitSeconds);
    if (successRate !== null) this.#successRate.set(successRate);
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
