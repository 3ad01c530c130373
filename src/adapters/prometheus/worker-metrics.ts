import { totalmem } from 'node:os';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { StepMetrics } from '../../ports/metrics.ts';
import { residentBytesOfTree } from './resident-memory.ts';

/** From a cached step to an acquisition of hours. */
const STEP_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 1800, 3600, 3 * 3600];

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
      name: 'job_memory_usage_mb',
      help: 'Resident memory of the worker with ffmpeg, yt-dlp and the model server, in 10^6 bytes.',
      registers: [this.registry],
      async collect() {
        this.set((await residentBytesOfTree(process.pid)) / 1e6);
      },
    });
  }

  stepEnded({ step, taskQueue, outcome, seconds }: Parameters<StepMetrics['stepEnded']>[0]): void {
    this.#stepDuration.observe({ step, task_queue: taskQueue, outcome }, seconds);
  }
}

/** Without a limit the kernel names a number beyond all memory. */
const memoryLimitBytes = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem());
