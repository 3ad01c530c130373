import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';

export interface DailySchedule {
  scheduleId: string;
  /** Universal time. */
  hour: number;
  minute: number;
  workflowType: string;
  taskQueue: string;
  args: unknown[];
}

/** A machine that was off at the time does it when it is back, if that is not long ago. */
const CATCH_UP = '2 days';

/**
 * Makes a schedule, or brings the one that is there up to date. Idempotent; several processes may do it at once. A
 * schedule that somebody has paused stays paused.
 */
export async function ensureDailySchedule(
  client: Client,
  { scheduleId, hour, minute, workflowType, taskQueue, args }: DailySchedule,
): Promise<void> {
  const schedule = {
    spec: { calendars: [{ hour, minute }] },
    action: { type: 'startWorkflow' as const, workflowType, taskQueue, args, workflowId: scheduleId },
    policies: { overlap: 'SKIP' as const, catchupWindow: CATCH_UP },
  };
  try {
    await client.schedule.create({ scheduleId, ...schedule });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update(({ state }) => ({
      ...schedule,
      state: { paused: state.paused, ...(state.note === undefined ? {} : { note: state.note }) },
    }));
  }
}
