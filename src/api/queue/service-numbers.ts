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
  dependencies: Pick<ApiDependencies, 'statistics' | 'probe' | 'workProbe' | 'stopSwitch' | 'expectations'>,
): Promise<ServiceNumbers> {
  const { statistics, workProbe } = dependencies;
  const now = new Date();
  const [{ queues, ...queue }, ended, { costUsd }, shortRouteSeconds] = await Promise.all([
    readQueueFacts(dependencies),
    statistics.endedJobs(new Date(now.getTime() - HOUR_MS)),
    statistics.usage(monthOf(now)),
    workProbe.shortRouteSeconds(),
  ]);
  const decided = ended.completed + ended.failed;
  return {
    waitingJobs: queue.waitingJobs,
    waitingReels: queue.waitingReels,
    runningJobs: queue.runningJobs,
    shortRouteSeconds,
    queues,
    estimatedWait: queue.estimatedWait,
    accuracy: queue.accuracy,
    monthCostUsd: costUsd,
    successRate: decided === 0 ? null : ended.completed / decided,
  };
}
