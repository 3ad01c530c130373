import type { Client } from '@temporalio/client';
import { ensureSchedule, type WorkflowSchedule } from '../adapters/temporal/schedule.ts';
import type { Settings } from '../config/settings.ts';
import { ALERTS_SCHEDULE_ID, CHECK_ALERTS, type CheckAlertsInput } from '../contracts/alerts.ts';
import { APPLY_RETENTION, RETENTION_SCHEDULE_ID, type ApplyRetentionInput } from '../contracts/retention.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';

/** What the installation does by itself. */
export async function ensureSchedules(client: Client, settings: Settings): Promise<void> {
  for (const schedule of [retentionSchedule(settings), ALERTS_SCHEDULE])
    await ensureSchedule(client, schedule);
}

/** In the small hours, so that looking through the store slows nobody. */
const retentionSchedule = ({ retentionDays }: Settings): WorkflowSchedule => {
  const input: ApplyRetentionInput = { days: retentionDays, dryRun: false };
  return {
    scheduleId: RETENTION_SCHEDULE_ID,
    at: { hour: 3, minute: 17 },
    catchupSeconds: 2 * 24 * 3600,
    overlap: 'SKIP',
    workflowType: APPLY_RETENTION,
    taskQueue: TASK_QUEUES.control,
    args: [input],
  };
};

/** A run looks for an hour, so that the list of workflows is not full of looks. */
const LOOKS: CheckAlertsInput = { looks: 60 };

const ALERTS_SCHEDULE: WorkflowSchedule = {
  scheduleId: ALERTS_SCHEDULE_ID,
  at: { everySeconds: 3600 },
  catchupSeconds: 3600,
  // A run takes a little longer than its hour; the next one begins when it has ended.
  overlap: 'BUFFER_ONE',
  startsAtOnce: true,
  workflowType: CHECK_ALERTS,
  // Served by the API: where the last worker has gone, that must be told.
  taskQueue: TASK_QUEUES.service,
  args: [LOOKS],
};
