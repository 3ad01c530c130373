import { monthOf } from '../../domain/period.ts';
import type { ServiceNumbers } from '../../ports/metrics.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { readQueueFacts } from './queue-status.ts';

const HOUR_MS = 3600 * 1000;

/**
 * What metrics tell of the whole installation.
 *
 * @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable
 */
export async function readServiceNumbers(
  dependencies: Pick<ApiDependencies, 'statistics' | 'probe' | 'stopSwitch'>,
): Promise<ServiceNumbers> {
  const { statistics } = dependencies;
  const now = new Date();
  const [{ queues, ...queue }, ended, { costUsd }] = await Promise.all([
    readQueueFacts(dependencies),
    statistics.endedJobs(new Date(now.getTime() - HOUR_MS)),
    statistics.usage(monthOf(now)),
  ]);
  const decided = ended.completed + ended.failed;
  return {
    waitingJobs: queue.waitingJobs,
    runningJobs: queue.runningJobs,
    queues: queues.map((each) => ({ ...each, workers: each.workers.length })),
    estimatedWaitSeconds: queue.estimatedWaitSeconds,
    monthCostUsd: costUsd,
    successRate: decided === 0 ? null : ended.completed / decided,
  };
}
