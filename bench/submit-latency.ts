import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { chunkOf } from '../test/support/scripted-activities.ts';
import { startTemporal } from '../test/support/temporal-server.ts';
import { withScriptedWorkers, jobInput } from '../test/support/workflow-harness.ts';
import { TASK_QUEUES } from '../src/contracts/task-queues.ts';
import { VIDEO_INTELLIGENCE } from '../src/contracts/video-intelligence.ts';
import { percentile, type Row } from './table.ts';

const SUBMISSIONS = 200;

/**
 * (d) From the client's `start` call to the first line of the first activity, one job after the other on an
 * idle worker, dev server on SQLite.
 */
export async function benchSubmitLatency(): Promise<Row[]> {
  const environment = await startTemporal();
  try {
    const milliseconds = await measure(environment);
    return [
      {
        benchmark: `d · submit to first activity, ${SUBMISSIONS} jobs`,
        measured: `p50 ${percentile(milliseconds, 0.5).toFixed(0)} ms · p99 ${percentile(milliseconds, 0.99).toFixed(0)} ms`,
        beside: 'one start call alone: ' + (await measureStart(environment)),
        target: 'p50 ≤ 50 ms, p99 ≤ 200 ms',
      },
    ];
  } finally {
    await environment.teardown();
  }
}

async function measure(environment: TestWorkflowEnvironment): Promise<number[]> {
  const milliseconds: number[] = [];
  let submittedAt = 0;
  const script = {
    statedDurationSeconds: 1,
    chunks: [chunkOf(0, 1, 0)],
    onCall: (activity: string) => {
      if (activity === 'fetchMetadata') milliseconds.push(performance.now() - submittedAt);
    },
  };
  await withScriptedWorkers(environment, script, async () => {
    for (let count = 0; count < SUBMISSIONS; count += 1) {
      const input = jobInput();
      submittedAt = performance.now();
      await environment.client.workflow.execute(VIDEO_INTELLIGENCE, {
        workflowId: input.jobId,
        taskQueue: TASK_QUEUES.control,
        args: [input],
      });
    }
  });
  return milliseconds;
}

/** What the server alone takes to accept a workflow: the part that no worker can make shorter. */
async function measureStart(environment: TestWorkflowEnvironment): Promise<string> {
  const milliseconds: number[] = [];
  for (let count = 0; count < 50; count += 1) {
    const startedAt = performance.now();
    await environment.client.workflow.start('nobodyRunsThis', {
      workflowId: `alone_${count}`,
      taskQueue: 'nobody',
    });
    milliseconds.push(performance.now() - startedAt);
  }
  return `p50 ${percentile(milliseconds, 0.5).toFixed(0)} ms`;
}
