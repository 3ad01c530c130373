import { monthOf } from '../../domain/period.ts';
import type { ServiceNumbers } from '../../ports/metrics.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { readQueueStatus } from './queue-status.ts';

const HOUR_MS = 3600 * 1000;

/**
 * What metrics tell of the whole installation.
 *
 * @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable
 */
export async function readServiceNumbers(
  dependencies: Pick<ApiDependencies, 'statistics' | 'probe' | 'stopSwitch'>,
): Promise<ServiceNumbers> {
  const { statistics, probe } = dependencies;
  const now = new Date();
  const [status, queues, ended, { costUsd }] = await Promise.all([
    readQueueStatus(dependencies),
    probe.queues(),
    statistics.endedJobs(new Date(now.getTime() - HOUR_MS)),
    statistics.usage(monthOf(now)),
  ]);
  const decided = ended.completed + ended.failed;
  const minutes = status.estimated_wait_minutes;
  return {
    waitingJobs: status.queue_depth,
    runningJobs: status.processing_jobs,
    queues: queues.map(({ workers, ...queue }) => ({ ...queue, workers: workers.length })),
    estimatedWaitSeconds: minutes === null ? null : minutes * 60,
    monthCostUsd: costUsd,
    successRate: decided === 0 ? null : ended.completed / decided,
  };
}
