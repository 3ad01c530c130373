import { estimateWaitSeconds } from '../../domain/queue-wait.ts';
import type { ApiDependencies } from '../dependencies.ts';

/** The queue of the whole installation (S3). */
export interface QueueStatus {
  /** Jobs that nobody works on yet. */
  queue_depth: number;
  /** Worker processes. */
  active_workers: number;
  /** For a job that is submitted now; null where nothing was measured that would tell. */
  estimated_wait_minutes: number | null;
  processing_jobs: number;
}

export async function readQueueStatus({
  statistics,
  probe,
  stopSwitch,
}: Pick<ApiDependencies, 'statistics' | 'probe' | 'stopSwitch'>): Promise<QueueStatus> {
  const [event, waiting, meanSeconds, queues, open] = await Promise.all([
    stopSwitch.last(),
    statistics.waitingJobs(),
    statistics.meanJobSeconds(),
    probe.queues(),
    probe.openJobs(),
  ]);
  const workers = new Set(queues.flatMap((queue) => queue.workers)).size;
  const depth = waiting + open.queued;
  const atOnce = Math.max(open.running, 1);
  const nobodyWorks = workers === 0 || event?.action === 'stop';
  const seconds = nobodyWorks ? null : estimateWaitSeconds({ ahead: depth, atOnce, meanSeconds });
  return {
    queue_depth: depth,
    active_workers: workers,
    estimated_wait_minutes: seconds === null ? null : Math.round(seconds / 6) / 10,
    processing_jobs: open.running,
  };
}
