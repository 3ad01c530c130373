import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { scriptedActivities, type Script } from './scripted-activities.ts';
import { workflowCode } from './workflow-harness.ts';

/**
 * Workers of the control queue and the short one, with scripted steps, for as long as `body` runs.
 *
 * @param mediaSlots steps of the short queue side by side; absent: as many as the SDK takes by itself
 */
export async function withShortWorkers<T>(
  temporal: Pick<TestWorkflowEnvironment, 'nativeConnection'>,
  script: Script,
  body: () => Promise<T>,
  { mediaSlots }: { mediaSlots?: number } = {},
): Promise<T> {
  const { activities } = scriptedActivities(script);
  const common = {
    ...{ connection: temporal.nativeConnection, activities },
    maxHeartbeatThrottleInterval: '200ms',
  } as const;
  const workers = await Promise.all([
    Worker.create({ ...common, taskQueue: TASK_QUEUES.control, workflowBundle: await workflowCode() }),
    Worker.create({
      ...common,
      taskQueue: TASK_QUEUES.short,
      ...(mediaSlots === undefined ? {} : { maxConcurrentActivityTaskExecutions: mediaSlots }),
    }),
  ]);
  const running = workers.map((worker) => worker.run());
  try {
    return await body();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
}
