import type { Overview } from '../../api/overview/overview-schema.ts';
import { stopText } from '../../domain/emergency-stop.ts';
import { formatClock } from '../../domain/time.ts';
import { dollars, factsText, moment, plain, tableText } from './draw.ts';
import { incidentsText } from './incidents-text.ts';
import { accuracyText } from './queue-text.ts';
import { durationText } from './stage-lines.ts';

const MAXIMUM_TEXT_WIDTH = 70;

/** The whole installation as an administrator reads it. */
export function overviewText(overview: Overview): string {
  const { stop, incidents, jobs, workers, tokens, usage, feedback } = overview;
  const facts = factsText([
    ['work', stop === null ? 'goes on' : plain(stopText(stop))],
    ['jobs', jobsText(jobs)],
    [
      'last day',
      `${jobs.lastDay.completed} completed, ${jobs.lastDay.failed} failed, ${jobs.lastDay.cancelled} cancelled`,
    ],
    ['a job takes', jobs.meanSeconds === null ? '' : `${durationText(jobs.meanSeconds)} on average`],
    ['estimates', accuracyText(overview.estimates.accuracy)],
    ['workers', workers.length === 0 ? 'none' : workers.map(plain).join(', ')],
    [
      'tokens',
      tokens.map(({ tier, valid, total }) => `${tier} ${valid} of ${total} valid`).join(', ') || 'none',
    ],
    [
      'this month',
      `${usage.videos} ${usage.videos === 1 ? 'video' : 'videos'}, ${formatClock(usage.seconds)}, ${dollars(usage.costUsd)}`,
    ],
    ['cost', costText(overview.cost)],
    [
      'feedback',
      feedback.meanRating === null ? '' : `${feedback.meanRating.toFixed(1)} of 5 over ${feedback.count}`,
    ],
  ]);
  const wrong = incidents.length === 0 ? [] : [incidentsText(incidents)];
  return [facts, ...wrong, ...tables(overview)].join('\n\n');
}

const jobsText = ({ waiting, queued, running, paused, needsAttention }: Overview['jobs']): string =>
  `${running} running, ${waiting + queued} waiting, ${paused} paused, ${needsAttention} need attention`;

const costText = ({ dayUsd, dayCeilingUsd, monthUsd, monthCeilingUsd }: Overview['cost']): string =>
  `${dollars(dayUsd)}${ofCeiling(dayCeilingUsd)} today, ${dollars(monthUsd)}${ofCeiling(monthCeilingUsd)} this month`;

const ofCeiling = (usd: number | null): string => (usd === null ? '' : ` of ${dollars(usd)}`);

function tables({ queues, heaviest, cost, failures, feedback }: Overview): string[] {
  return [
    [
      ['QUEUE', 'WORKERS', 'BUSY', 'WAITING STEPS', 'LONGEST WAIT'],
      ...queues.map(({ queue, workers, waitingSteps, slots, usedSlots, oldestWaitingSeconds }) => [
        ...[queue, String(workers), slots === null ? '–' : `${usedSlots ?? 0} of ${slots}`],
        ...[String(waitingSteps), oldestWaitingSeconds === null ? '' : durationText(oldestWaitingSeconds)],
      ]),
    ],
    [
      ['THIS MONTH', 'OF', 'TIER', 'VIDEOS', 'LENGTH', 'COST'],
      ...heaviest.map(({ accountId, email, tier, videos, seconds, costUsd }) => [
        ...[accountId, plain(email ?? ''), tier ?? ''],
        ...[String(videos), formatClock(seconds), dollars(costUsd)],
      ]),
    ],
    [
      ['CEILING OF', 'PERIOD', 'REACHED', 'SPENT', 'OF'],
      ...cost.alerts.map((alert) => [
        ...[alert.scope, alert.period, `${alert.percent} %`],
        ...[dollars(alert.usedUsd), dollars(alert.limitUsd)],
      ]),
    ],
    [
      ['FAILED', 'WHEN', 'CODE', 'WHY'],
      ...failures.map((job) => [job.jobId, moment(job.endedAt), job.code, short(job.message)]),
    ],
    [
      ['FEEDBACK ON', 'WHEN', 'RATING', 'WORDS'],
      ...feedback.newest.map((each) => [each.jobId, moment(each.at), String(each.rating), short(each.words)]),
    ],
  ].flatMap((rows) => (rows.length > 1 ? [tableText(rows)] : []));
}

const short = (text: string): string => {
  const line = plain(text);
  return line.length <= MAXIMUM_TEXT_WIDTH ? line : `${line.slice(0, MAXIMUM_TEXT_WIDTH - 1)}…`;
};
