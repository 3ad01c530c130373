import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { dateOf } from '../jobs/temporal-records.ts';

type Events = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;
type PendingSteps = WorkflowExecutionDescription['raw']['pendingActivities'];

/** temporal.api.enums.v1.PendingActivityState: started, and started but asked to stop. */
const AT_WORK: readonly unknown[] = [2, 3];

/**
 * For how long steps of a run have been at work on a task queue, in seconds. Time in which several were counts once,
 * and time in which all waited for a worker counts for nothing. Of a step that was tried again only the last attempt
 * counts: Temporal tells of no other.
 *
 * @param pending as they were before the history was read, so that none is missed
 */
export function secondsAtWork(
  events: Events,
  pending: PendingSteps,
  { queue, nowMs }: { queue: string; nowMs: number },
): number {
  /** Steps of the queue, and when they were started, by the event that scheduled them. */
  const steps = new Map<string, { id: string; startedMs?: number }>();
  const spans: Span[] = [];
  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.taskQueue?.name === queue)
      steps.set(String(event.eventId), { id: scheduled.activityId ?? '' });
    const atMs = dateOf(event.eventTime)?.getTime() ?? nowMs;
    const started = steps.get(String(event.activityTaskStartedEventAttributes?.scheduledEventId));
    if (started !== undefined) started.startedMs = atMs;
    const ended = steps.get(String(endOf(event)?.scheduledEventId));
    if (ended?.startedMs !== undefined) spans.push({ fromMs: ended.startedMs, toMs: atMs });
  }
  const ids = new Set([...steps.values()].map(({ id }) => id));
  for (const { activityId, state, lastStartedTime } of pending ?? [])
    if (ids.has(activityId ?? '') && AT_WORK.includes(state))
      spans.push({ fromMs: dateOf(lastStartedTime)?.getTime() ?? nowMs, toMs: nowMs });
  return covered(spans) / 1000;
}

interface Span {
  fromMs: number;
  toMs: number;
}

const endOf = (event: Events[number]) =>
  event.activityTaskCompletedEventAttributes ??
  event.activityTaskFailedEventAttributes ??
  event.activityTaskTimedOutEventAttributes ??
  event.activityTaskCanceledEventAttributes;

/** How much time spans cover together. */
function covered(spans: readonly Span[]): number {
  let total = 0;
  let endMs = -Infinity;
  for (const { fromMs, toMs } of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    total += Math.max(0, toMs - Math.max(fromMs, endMs));
    endMs = Math.max(endMs, toMs);
  }
  return total;
}

/** A run of a job that is open. */
export interface OpenRun {
  jobId: string;
  runId: string;
  startedMs: number;
}

/**
 * Finds the run that has been at work for longest. It reads few: none can have been at work for longer than it is old,
 * nor have gained more since it was read than time has passed.
 */
export class LongestAtWork {
  readonly #read: (run: OpenRun) => Promise<number>;
  /** By run: what was read of it, and when. */
  readonly #known = new Map<string, { seconds: number; atMs: number }>();

  /** @param read for how long a run has been at work, in seconds */
  constructor(read: (run: OpenRun) => Promise<number>) {
    this.#read = read;
  }

  /** @returns seconds; 0 where there is no run. Rejects with what reading rejects with. */
  async among(runs: readonly OpenRun[], nowMs: number): Promise<number> {
    const open = new Set(runs.map(({ runId }) => runId));
    for (const runId of this.#known.keys()) if (!open.has(runId)) this.#known.delete(runId);
    const byMost = runs
      .map((run) => ({ run, mostSeconds: this.#mostSeconds(run, nowMs) }))
      .toSorted((one, other) => other.mostSeconds - one.mostSeconds);
    let longest = 0;
    for (const { run, mostSeconds } of byMost) {
      if (mostSeconds <= longest) break;
      const seconds = await this.#read(run);
      this.#known.set(run.runId, { seconds, atMs: nowMs });
      longest = Math.max(longest, seconds);
    }
    return longest;
  }

  #mostSeconds({ runId, startedMs }: OpenRun, nowMs: number): number {
    const { seconds, atMs } = this.#known.get(runId) ?? { seconds: 0, atMs: startedMs };
    return seconds + (nowMs - atMs) / 1000;
  }
}
