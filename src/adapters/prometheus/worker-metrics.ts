import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { StepMetrics, StepObservation } from '../../ports/metrics.ts';
import { memoryLimitBytes, readMemoryShare } from './memory-use.ts';
import { residentBytesOfTree } from './resident-memory.ts';

/** From a cached step to an acquisition of hours. */
const STEP_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 1800, 3600, 3 * 3600];

/** From 4K on a slow host to joining by copy. */
const RATES_MBPS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000];

/** Metrics of a worker process. Names are those of requirement R7 where it has one. */
export class WorkerMetrics implements StepMetrics {
  readonly registry = new Registry();
  readonly #stepDuration = new Histogram({
    name: 'clipscribe_step_duration_seconds',
    help: 'How long attempts of steps took, by activity, task queue and outcome.',
    labelNames: ['step', 'task_queue', 'outcome'],
    buckets: STEP_SECONDS,
    registers: [this.registry],
  });

  readonly #processingRate = new Histogram({
    name: 'video_processing_rate_mbps',
    help: 'Picture and sound that steps of reels make, in 10^6 bits per second of work.',
    labelNames: ['step'],
    buckets: RATES_MBPS,
    registers: [this.registry],
  });

  /** @param role a label of every metric of the process */
  constructor(role: string) {
    this.registry.setDefaultLabels({ role });
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'clipscribe_memory_limit_bytes',
      help: 'What the worker may use: the limit of its container, or the memory of the machine.',
      registers: [this.registry],
    }).set(memoryLimitBytes());
    new Gauge({
      name: 'clipscribe_memory_used_ratio',
      help: 'Of the limit of its container what the worker uses; without one, of the machine’s memory what is in use.',
      registers: [this.registry],
      async collect() {
        this.set(await readMemoryShare());
      },
    });
    new Gauge({
      name: 'job_memory_usage_mb',
      help: 'Resident memory of the worker with ffmpeg, yt-dlp and the model server, in 10^6 bytes.',
      registers: [this.registry],
      async collect() {
        this.set((await residentBytesOfTree(process.pid)) / 1e6);
      },
    });
  }

  stepEnded({ step, taskQueue, outcome, seconds, mediaBytes }: StepObservation): void {
    this.#stepDuration.observe({ step, task_queue: taskQueue, outcome }, seconds);
    if (mediaBytes > 0 && seconds > 0)
      this.#processingRate.observe({ step }, (mediaBytes * 8) / 1e6 / seconds);
  }
}
