import { estimateWaitSeconds } from '../../domain/queue-wait.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { QueueState } from './queue-probe.ts';

type QueueSources = Pick<ApiDependencies, 'statistics' | 'probe' | 'stopSwitch'>;

/** How much there is to do, and who does it. */
export interface QueueFacts {
  queues: QueueState[];
  /** Worker processes. */
  workers: number;
  /** Jobs that nobody works on yet. */
  waitingJobs: number;
  runningJobs: number;
  /** For a job that is submitted now; null where nothing was measured that would tell. */
  estimatedWaitSeconds: number | null;
}

/** @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable */
export async function readQueueFacts({ statistics, probe, stopSwitch }: QueueSources): Promise<QueueFacts> {
  const [event, waiting, meanSeconds, queues, open] = await Promise.all([
    stopSwitch.last(),
    statistics.waitingJobs(),
    statistics.meanJobSeconds(),
    probe.queues(),
    probe.openJobs(),
  ]);
  const workers = new Set(queues.flatMap((queue) => queue.workers)).size;
  const waitingJobs = waiting + open.queued;
  const nobodyWorks = workers === 0 || event?.action === 'stop';
  const measure = { ahead: waitingJobs, atOnce: Math.max(open.running, 1), meanSeconds };
  const estimatedWaitSeconds = nobodyWorks ? null : estimateWaitSeconds(measure);
  return { queues, workers, waitingJobs, runningJobs: open.running, estimatedWaitSeconds };
}

/** The queue of the whole installation (S3). */
export interface QueueStatus {
  queue_depth: number;
  active_workers: number;
  estimated_wait_minutes: number | null;
  processing_jobs: number;
}

export async function readQueueStatus(sources: QueueSources): Promise<QueueStatus> {
  const facts = await readQueueFacts(sources);
  const seconds = facts.estimatedWaitSeconds;
  return {
    queue_depth: facts.waitingJobs,
    active_workers: facts.workers,
    estimated_wait_minutes: seconds === null ? null : Math.round(seconds / 6) / 10,
    processing_jobs: facts.runningJobs,
  };
}
