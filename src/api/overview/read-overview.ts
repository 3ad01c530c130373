import { monthOf } from '../../domain/period.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { incidentOf } from '../alerts/incident-schemas.ts';
import { noticeOf } from '../stop/stop-notice.ts';
import type { Overview } from './overview-schema.ts';

const DAY_MS = 24 * 3600 * 1000;
/** As many of the newest failures and words of users as one looks at. */
const NEWEST = 20;
const HEAVIEST = 10;

type OverviewDependencies = Pick<
  ApiDependencies,
  | 'incidents'
  | 'expectations'
  | 'statistics'
  | 'feedback'
  | 'stopSwitch'
  | 'probe'
  | 'costLedger'
  | 'costCeilings'
>;

/**
 * The state of the whole installation.
 *
 * @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable
 */
export async function readOverview({
  incidents,
  statistics,
  feedback,
  stopSwitch,
  probe,
  costLedger,
  costCeilings,
  expectations,
}: OverviewDependencies): Promise<Overview> {
  const now = new Date();
  const [
    stop,
    pending,
    waiting,
    open,
    lastDay,
    meanSeconds,
    queues,
    tokens,
    usage,
    heaviest,
    failures,
    rated,
    newest,
    spent,
    alerts,
    { basis, accuracy },
  ] = await Promise.all([
    stopSwitch.last(),
    incidents.pending(),
    statistics.waitingJobs(),
    probe.openJobs(),
    statistics.endedJobs(new Date(now.getTime() - DAY_MS)),
    statistics.meanJobSeconds(),
    probe.queues(),
    statistics.tokens(),
    statistics.usage(monthOf(now)),
    statistics.heaviest(monthOf(now), HEAVIEST),
    statistics.failedJobs(NEWEST),
    feedback.summary(),
    feedback.newest(NEWEST),
    costLedger.total(),
    costLedger.alerts(NEWEST),
    expectations.read(),
  ]);
  const { queued, running, paused, needs_attention: needsAttention } = open;
  return {
    at: now.toISOString(),
    stop: noticeOf(stop),
    incidents: pending.filter(({ openedAt }) => openedAt !== null).map(incidentOf),
    jobs: { ...{ waiting, queued, running, paused, needsAttention }, ...{ lastDay, meanSeconds } },
    estimates: { basis, accuracy },
    workers: [...new Set(queues.flatMap(({ workers }) => workers))].toSorted(),
    queues: queues.map((queue) => ({ ...queue, workers: queue.workers.length })),
    ...{ tokens, usage, heaviest },
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
