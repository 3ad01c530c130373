import { monthOf } from '../../domain/period.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { incidentOf } from '../alerts/incident-schemas.ts';
import { withWorkersCounted } from '../queue/queue-probe.ts';
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
export async function readOverview(dependencies: OverviewDependencies): Promise<Overview> {
  const now = new Date();
  const [trouble, jobs, work, accounts, cost, feedback] = await Promise.all([
    readTrouble(dependencies),
    readJobs(dependencies, now),
    readWork(dependencies),
    readAccounts(dependencies, now),
    readCost(dependencies),
    readFeedback(dependencies),
  ]);
  return { at: now.toISOString(), ...trouble, jobs, ...work, ...accounts, cost, feedback };
}

async function readTrouble({ stopSwitch, incidents, statistics }: OverviewDependencies) {
  const [stop, pending, failures] = await Promise.all([
    stopSwitch.last(),
    incidents.pending(),
    statistics.failedJobs(NEWEST),
  ]);
  return {
    stop: noticeOf(stop),
    incidents: pending.filter(({ openedAt }) => openedAt !== null).map(incidentOf),
    failures: failures.map((failure) => ({ ...failure, endedAt: failure.endedAt.toISOString() })),
  };
}

async function readJobs({ statistics, probe }: OverviewDependencies, now: Date): Promise<Overview['jobs']> {
  const [waiting, open, lastDay, meanSeconds] = await Promise.all([
    statistics.waitingJobs(),
    probe.openJobs(),
    statistics.endedJobs(new Date(now.getTime() - DAY_MS)),
    statistics.meanJobSeconds(),
  ]);
  const { queued, running, paused, needs_attention: needsAttention } = open;
  return { waiting, queued, running, paused, needsAttention, lastDay, meanSeconds };
}

async function readWork({ probe, expectations }: OverviewDependencies) {
  const [queues, { basis, accuracy }] = await Promise.all([probe.queues(), expectations.read()]);
  return {
    estimates: { basis, accuracy },
    workers: [...new Set(queues.flatMap(({ workers }) => workers))].toSorted(),
    queues: queues.map(withWorkersCounted),
  };
}

async function readAccounts({ statistics }: OverviewDependencies, now: Date) {
  const month = monthOf(now);
  const [tokens, usage, heaviest] = await Promise.all([
    statistics.tokens(),
    statistics.usage(month),
    statistics.heaviest(month, HEAVIEST),
  ]);
  return { tokens, usage, heaviest };
}

async function readCost({ costLedger, costCeilings }: OverviewDependencies): Promise<Overview['cost']> {
  const [spent, alerts] = await Promise.all([costLedger.total(), costLedger.alerts(NEWEST)]);
  return {
    ...spent,
    dayCeilingUsd: costCeilings.dayUsd,
    monthCeilingUsd: costCeilings.monthUsd,
    alerts: alerts.map((alert) => ({ ...alert, at: alert.at.toISOString() })),
  };
}

async function readFeedback({ feedback }: OverviewDependencies): Promise<Overview['feedback']> {
  const [rated, newest] = await Promise.all([feedback.summary(), feedback.newest(NEWEST)]);
  return { ...rated, newest: newest.map((each) => ({ ...each, at: each.at.toISOString() })) };
}
