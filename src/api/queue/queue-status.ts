import type { Accuracy } from '../../domain/estimate-accuracy.ts';
import type { Estimate } from '../../domain/estimate.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Expectation } from './expectations.ts';
import { withWorkersCounted, type CountedQueue } from './queue-probe.ts';

type QueueSources = Pick<ApiDependencies, 'statistics' | 'probe' | 'stopSwitch' | 'expectations'>;

/** How much there is to do, and who does it. */
export interface QueueFacts {
  queues: CountedQueue[];
  /** Worker processes. */
  workers: number;
  /** Jobs that nobody works on yet. */
  waitingJobs: number;
  /** Reels among them. */
  waitingReels: number;
  runningJobs: number;
  /** For a job that is submitted now by whoever waits longest; null where nobody works. */
  estimatedWait: Estimate | null;
  basis: Expectation['basis'];
  /** How near past estimates came. */
  accuracy: Accuracy[];
}

/** @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable */
export async function readQueueFacts(sources: QueueSources): Promise<QueueFacts> {
  const { statistics, probe, stopSwitch, expectations } = sources;
  const [event, waiting, reels, queuedReels, { forecast, basis, accuracy }, queues, open] = await Promise.all(
    [
      stopSwitch.last(),
      statistics.waitingJobs(),
      statistics.waitingJobs('reelStitch'),
      probe.queuedJobs('reelStitch'),
      expectations.read(),
      probe.queues(),
      probe.openJobs(),
    ],
  );
  return {
    queues: queues.map(withWorkersCounted),
    workers: new Set(queues.flatMap((queue) => queue.workers)).size,
    waitingJobs: waiting + open.queued,
    waitingReels: reels + queuedReels,
    runningJobs: open.running,
    estimatedWait: event?.action === 'stop' ? null : (forecast?.longestWait() ?? null),
    ...{ basis, accuracy },
  };
}

/** The queue of the whole installation (S3). */
export interface QueueStatus {
  queue_depth: number;
  active_workers: number;
  estimated_wait_minutes: number | null;
  estimated_wait_range_minutes: { low: number; high: number } | null;
  processing_jobs: number;
  estimate_basis: Expectation['basis'];
  estimate_accuracy: Accuracy[];
}

export async function readQueueStatus(sources: QueueSources): Promise<QueueStatus> {
  const { estimatedWait: wait, ...facts } = await readQueueFacts(sources);
  return {
    queue_depth: facts.waitingJobs,
    active_workers: facts.workers,
    estimated_wait_minutes: wait === null ? null : minutesOf(wait.seconds),
    estimated_wait_range_minutes:
      wait === null ? null : { low: minutesOf(wait.lowSeconds), high: minutesOf(wait.highSeconds) },
    processing_jobs: facts.runningJobs,
    estimate_basis: facts.basis,
    estimate_accuracy: facts.accuracy,
  };
}

const minutesOf = (seconds: number): number => Math.round(seconds / 6) / 10;
