import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { ALERTS_SCHEDULE_ID, CHECK_ALERTS, type AlertActivities } from '../../src/contracts/alerts.ts';
import type { NotificationActivities } from '../../src/contracts/notifications.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { alertEvent } from '../../src/domain/alert-event.ts';
import type { Incident } from '../../src/domain/incidents.ts';
import { workflowCode } from '../support/workflow-harness.ts';

/** Runs a look that finds something to tell, and tells it. @returns its workflow id */
export async function runAlertsToRecord(environment: TestWorkflowEnvironment): Promise<string> {
  const connection = environment.nativeConnection;
  const incident: Incident = {
    ...{ id: 'incident_recorded', alert: 'ClipScribeQueueDeep', subject: '', value: 30 },
    ...{ heldSince: new Date(0), seenAt: new Date(0), calmSince: null, endedAt: null },
    openedAt: new Date(0),
  };
  const event = alertEvent(incident, { openedAt: new Date(0), endedAt: null });
  const workers = await Promise.all([
    Worker.create({
      ...{ connection, taskQueue: TASK_QUEUES.service, workflowBundle: await workflowCode() },
      activities: {
        lookForIncidents: () =>
          Promise.resolve({
            news: [
              {
                ...{ incidentId: incident.id, what: 'opening' },
                announcement: { eventId: `${incident.id}-opening`, userId: 'local', event },
              },
            ],
          }),
        markTold: () => Promise.resolve(),
        planNotifications: () => Promise.resolve({ notifications: [] }),
      } satisfies AlertActivities & Pick<NotificationActivities, 'planNotifications'>,
    }),
  ]);
  const running = workers.map((worker) => worker.run());
  await environment.client.workflow.execute(CHECK_ALERTS, {
    workflowId: ALERTS_SCHEDULE_ID,
    taskQueue: TASK_QUEUES.service,
    args: [{ looks: 1 }],
  });
  workers.forEach((worker) => worker.shutdown());
  await Promise.all(running);
  return ALERTS_SCHEDULE_ID;
}
