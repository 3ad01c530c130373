import type { AlertFacts } from '../../domain/alerts.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { readQueueFacts } from '../queue/queue-status.ts';

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** A usual day is one of so many before this one. */
const USUAL_DAYS = 7;

/**
 * What the installation is like now, as alerts look at it.
 *
 * @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable
 */
export async function readAlertFacts(
  dependencies: Pick<
    ApiDependencies,
    'statistics' | 'probe' | 'workProbe' | 'expectations' | 'stopSwitch' | 'costLedger'
  >,
): Promise<AlertFacts> {
  const { statistics, costLedger, workProbe } = dependencies;
  const now = Date.now();
  const [hourAgo, dayAgo] = [new Date(now - HOUR_MS), new Date(now - DAY_MS)];
  const weekBefore = new Date(now - (1 + USUAL_DAYS) * DAY_MS);
  const [queue, endedJobs, reelSeconds, shortRouteSeconds, workers, dayUsd, weekUsd] = await Promise.all([
    readQueueFacts(dependencies),
    statistics.endedJobs(hourAgo),
    statistics.reelSeconds(hourAgo),
    workProbe.shortRouteSeconds(),
    workProbe.workers(),
    costLedger.spentBetween(dayAgo, new Date(now)),
    costLedger.spentBetween(weekBefore, dayAgo),
  ]);
  const { waitingJobs, waitingReels, estimatedWait } = queue;
  return {
    estimatedWaitSeconds: estimatedWait?.seconds ?? null,
    ...{ waitingJobs, waitingReels, endedJobs, reelSeconds, shortRouteSeconds, workers },
    queues: queue.queues,
    cost: { dayUsd, usualDayUsd: weekUsd / USUAL_DAYS },
  };
}
