import { defaultPayloadConverter } from '@temporalio/common';
import type { JobHandle } from './workflow-harness.ts';

export type JobHistory = Awaited<ReturnType<JobHandle['fetchHistory']>>;
type JobEvent = NonNullable<JobHistory['events']>[number];

/** One activity as the history tells it. */
export interface RecordedActivity {
  name: string;
  taskQueue: string;
  /** The line in the Temporal UI; empty where there is none. */
  summary: string;
  /** Which worker process took its last attempt: `pid@host`. */
  identity: string | null;
  attempt: number;
  ended: 'completed' | 'failed' | 'cancelled' | 'timed out' | null;
}

/** The activities of a job, in the order in which they were scheduled. */
export function activitiesOf({ events }: JobHistory): RecordedActivity[] {
  const byEvent = new Map<string, RecordedActivity>();
  const find = (id: unknown): RecordedActivity | undefined => byEvent.get(String(id));
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      byEvent.set(String(event.eventId), {
        name: scheduled.activityType?.name ?? '',
        taskQueue: scheduled.taskQueue?.name ?? '',
        summary: summaryOf(event),
        identity: null,
        attempt: 0,
        ended: null,
      });
    }
    const started = event.activityTaskStartedEventAttributes;
    const activity = find(started?.scheduledEventId);
    if (started && activity)
      Object.assign(activity, { identity: started.identity ?? null, attempt: started.attempt ?? 0 });
    const end = endOf(event);
    const ended = end && find(end.scheduledEventId);
    if (ended) ended.ended = end.how;
  }
  return [...byEvent.values()];
}

/** The bytes of the largest payload anywhere in a history. */
export function largestPayload({ events }: JobHistory): number {
  const sizes: number[] = [0];
  const visit = (value: unknown): void => {
    if (value instanceof Uint8Array) sizes.push(value.byteLength);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(events);
  return Math.max(...sizes);
}

const summaryOf = (event: JobEvent): string => {
  const payload = event.userMetadata?.summary;
  return payload ? defaultPayloadConverter.fromPayload<string>(payload) : '';
};

function endOf(event: JobEvent): { scheduledEventId: unknown; how: RecordedActivity['ended'] } | undefined {
  const ends = [
    ['completed', event.activityTaskCompletedEventAttributes],
    ['failed', event.activityTaskFailedEventAttributes],
    ['cancelled', event.activityTaskCanceledEventAttributes],
    ['timed out', event.activityTaskTimedOutEventAttributes],
  ] as const;
  for (const [how, attributes] of ends) {
    if (attributes) return { scheduledEventId: attributes.scheduledEventId, how };
  }
  return undefined;
}
