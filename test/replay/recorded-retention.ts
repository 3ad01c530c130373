import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import {
  APPLY_RETENTION,
  type ApplyRetentionInput,
  type RetentionActivities,
  type RetentionServiceActivities,
} from '../../src/contracts/retention.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { reference } from '../support/scripted-activities.ts';
import { workflowCode } from '../support/workflow-harness.ts';

/** Runs retention that finds something old in every area. @returns its workflow id */
export async function runRetentionToRecord(environment: TestWorkflowEnvironment): Promise<string> {
  const workflowId = 'job_retention-but-needed';
  const connection = environment.nativeConnection;
  const service = await Worker.create({
    ...{ connection, taskQueue: TASK_QUEUES.service },
    activities: {
      listNeeded: () => Promise.resolve(reference('stages/retention/needed.json')),
      forgetMissingUploads: () => Promise.resolve(),
    } satisfies RetentionServiceActivities,
  });
  const control = await Worker.create({
    ...{ connection, taskQueue: TASK_QUEUES.control, workflowBundle: await workflowCode() },
    activities: {
      removeExpired: ({ area }) =>
        Promise.resolve({ area, examinedObjects: 3, expiredObjects: 1, expiredBytes: 10 }),
    } satisfies RetentionActivities,
  });
  const input: ApplyRetentionInput = { days: 30, dryRun: false };
  await service.runUntil(
    control.runUntil(
      environment.client.workflow.execute(APPLY_RETENTION, {
        ...{ workflowId, taskQueue: TASK_QUEUES.control, args: [input] },
      }),
    ),
  );
  return workflowId;
}
