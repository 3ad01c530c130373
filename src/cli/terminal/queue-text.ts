import type { QueueStatus } from '../../api/queue/queue-status.ts';
import { GRAIN_MS, rollUp, type QueueSample } from '../../domain/queue-history.ts';
import type { Accuracy } from '../../domain/estimate-accuracy.ts';
import { factsText, moment, plain, tableText } from './draw.ts';
import { basisText, durationText, rangeText } from './stage-lines.ts';

export type PastSample = QueueSample & { at: string };

/** As many lines as one takes in at a glance. */
const LINES = 12;

/** The queue now, and a line for each part of the time that is asked for. */
export function queueText(
  status: QueueStatus,
  samples: readonly PastSample[],
  { hours, now }: { hours: number; now: Date },
): string {
  const facts = factsText([
    ['jobs', `${status.processing_jobs} running, ${status.queue_depth} waiting`],
    ['workers', String(status.active_workers)],
    ['a new job waits', waitText(status)],
    ['estimates', accuracyText(status.estimate_accuracy)],
  ]);
  if (samples.length === 0)
    return `${facts}\n\nNothing is known of before: a minute is kept when it is over.`;
  return `${facts}\n\n${tableText(historyRows(samples, { hours, now }))}`;
}

function waitText({
  active_workers: workers,
  estimated_wait_minutes: minutes,
  estimated_wait_range_minutes: range,
  estimate_basis: basis,
}: QueueStatus): string {
  if (minutes === null) return workers === 0 ? 'until a worker runs' : 'nobody knows how long';
  if (minutes === 0) return 'not at all';
  const between = range === null ? '' : ` (${rangeText(range.low * 60, range.high * 60)})`;
  return `about ${durationText(minutes * 60)}${between}${basisText(basis)}`;
}

/** How near past estimates came; nothing where there are none. */
export const accuracyText = (accuracy: readonly Accuracy[]): string =>
  accuracy
    .map(
      ({ queue, of, count, medianError, withinRange }) =>
        `${of} on ${plain(queue)} ${percent(medianError)} off, ${percent(withinRange)} in range, of ${count}`,
    )
    .join('; ');

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function historyRows(
  samples: readonly PastSample[],
  { hours, now }: { hours: number; now: Date },
): string[][] {
  const partMs = Math.max(1, Math.round((hours * GRAIN_MS.hour) / LINES / GRAIN_MS.minute)) * GRAIN_MS.minute;
  const parts = Map.groupBy(samples, ({ at }) => Math.floor((now.getTime() - Date.parse(at)) / partMs));
  const rows = [...parts]
    .toSorted(([one], [other]) => other - one)
    .map(([, part]) => rowOf(part[0]?.at ?? '', rollUp(part)));
  return [
    ['FROM (UTC)', 'WAITING', 'AT MOST', 'RUNNING', 'WORKERS', 'WAIT', 'STARTED', 'COMPLETED', 'FAILED'],
    ...rows,
  ];
}

const rowOf = (at: string, sample: QueueSample): string[] => [
  moment(at),
  numberText(sample.waitingJobs),
  numberText(sample.waitingJobsMaximum),
  numberText(sample.runningJobs),
  numberText(sample.workers),
  sample.estimatedWaitSeconds === null ? '–' : durationText(sample.estimatedWaitSeconds),
  String(sample.started),
  String(sample.completed),
  String(sample.failed),
];

/** `–` where nobody could tell. */
const numberText = (value: number | null): string =>
  value === null ? '–' : String(Math.round(value * 10) / 10);
