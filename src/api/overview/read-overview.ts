import { monthOf } from '../../domain/period.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { noticeOf } from '../stop/stop-notice.ts';
import type { Overview } from './overview-schema.ts';

const DAY_MS = 24 * 3600 * 1000;
/** As many of the newest failures and words of users as one looks at. */
const NEWEST = 20;

type OverviewDependencies = Pick<
  ApiDependencies,
  'statistics' | 'feedback' | 'stopSwitch' | 'probe' | 'costLedger' | 'costCeilings'
>;

/**
 * The state of the whole installation.
 *
 * @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable
 */
export async function readOverview({
  statistics,
  feedback,
  stopSwitch,
  probe,
  costLedger,
  costCeilings,
}: OverviewDependencies): Promise<Overview> {
  const now = new Date();
  const [
    stop,
    waiting,
    open,
    lastDay,
    meanSeconds,
    queues,
    tokens,
    usage,
    failures,
    rated,
    newest,
    spent,
    alerts,
  ] = await Promise.all([
    stopSwitch.last(),
    statistics.waitingJobs(),
    probe.openJobs(),
    statistics.endedJobs(new Date(now.getTime() - DAY_MS)),
    statistics.meanJobSeconds(),
    probe.queues(),
    statistics.tokens(),
    statistics.usage(monthOf(now)),
    statistics.failedJobs(NEWEST),
    feedback.summary(),
    feedback.newest(NEWEST),
    costLedger.total(),
    costLedger.alerts(NEWEST),
  ]);
  const { queued, running, paused, needs_attention: needsAttention } = open;
  return {
    at: now.toISOString(),
    stop: noticeOf(stop),
    jobs: { ...{ waiting, queued, running, paused, needsAttention }, ...{ lastDay, meanSeconds } },
    workers: [...new Set(queues.flatMap(({ workers }) => workers))].toSorted(),
    queues: queues.map(({ queue, workers, waitingSteps }) => ({
      ...{ queue, waitingSteps },
      workers: workers.length,
    })),
    ...{ tokens, usage },
    cost: {
      ...spent,
      dayCeilingUsd: costCeilings.dayUsd,
      monthCeilingUsd: costCeilings.monthUsd,
      alerts: alerts.map((alert) => ({ ...alert, at: alert.at.toISOString() })),
    },
    failures: failures.map((failure) => ({ ...failure, endedAt: failure.endedAt.toISOString() })),
    feedback: { ...rated, newest: newest.map((each) => ({ ...each, at: each.at.toISOString() })) },
  };
}
