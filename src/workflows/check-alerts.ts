import { isCancellation, log, proxyActivities, sleep } from '@temporalio/workflow';
import type { AlertActivities, CheckAlertsInput } from '../contracts/alerts.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import { announce } from './announce.ts';

const { lookForIncidents, markTold } = proxyActivities<AlertActivities>({
  taskQueue: TASK_QUEUES.service,
  startToCloseTimeout: '30s',
  // The next look comes soon; one that comes late says nothing about now.
  scheduleToCloseTimeout: '5m',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/**
 * Looks at the installation once a minute, and has administrators told of what is wrong or well again, once each (H8,
 * B7). Started by a schedule.
 *
 * @returns how much there was to tell
 */
export async function checkAlerts({ looks }: CheckAlertsInput): Promise<number> {
  let told = 0;
  for (let look = 0; look < looks; look += 1) {
    if (look > 0) await sleep('1m');
    try {
      told += await lookOnce();
    } catch (error) {
      if (isCancellation(error)) throw error;
      // What could not be told is told by a later look.
      log.warn('a look for alerts failed', { error: String(error) });
    }
  }
  return told;
}

async function lookOnce(): Promise<number> {
  const { news } = await lookForIncidents();
  for (const { announcement, incidentId, what } of news) {
    await announce(announcement);
    await markTold({ incidentId, what });
  }
  return news.length;
}
