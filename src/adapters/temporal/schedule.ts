import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';

export interface WorkflowSchedule {
  scheduleId: string;
  /** Universal time; or again and again. */
  at: { hour: number; minute: number } | { everySeconds: number };
  /** How late it may still begin where the machine was off at the time. */
  catchupSeconds: number;
  /** What happens where the run before has not ended: nothing, or a run as soon as it has. */
  overlap: 'SKIP' | 'BUFFER_ONE';
  /** The first run begins at once, not at its time. */
  startsAtOnce?: boolean;
  workflowType: string;
  taskQueue: string;
  args: unknown[];
}

/**
 * Makes a schedule, or brings the one that is there up to date. Idempotent; several processes may do it at once. A
 * schedule that somebody has paused stays paused.
 */
export async function ensureSchedule(
  client: Client,
  {
    scheduleId,
    at,
    catchupSeconds,
    overlap,
    startsAtOnce = false,
    workflowType,
    taskQueue,
    args,
  }: WorkflowSchedule,
): Promise<void> {
  const schedule = {
    spec:
      'hour' in at
        ? { calendars: [{ hour: at.hour, minute: at.minute }] }
        : { intervals: [{ every: at.everySeconds * 1000 }] },
    action: { type: 'startWorkflow' as const, workflowType, taskQueue, args, workflowId: scheduleId },
    policies: { overlap, catchupWindow: catchupSeconds * 1000 },
  };
  try {
    await client.schedule.create({ scheduleId, ...schedule, state: { triggerImmediately: startsAtOnce } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update(({ state }) => ({
      ...schedule,
      state: { paused: state.paused, ...(state.note === undefined ? {} : { note: state.note }) },
    }));
  }
}
