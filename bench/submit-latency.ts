import { setTimeout as sleep } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { chunkOf } from '../test/support/scripted-activities.ts';
import { startTemporal } from '../test/support/temporal-server.ts';
import { withScriptedWorkers, jobInput } from '../test/support/workflow-harness.ts';
import { TASK_QUEUES } from '../src/contracts/task-queues.ts';
import { VIDEO_INTELLIGENCE } from '../src/contracts/video-intelligence.ts';
import { percentiles, type Row } from './table.ts';

const SUBMISSIONS = 200;
const SUBMISSIONS_WITHOUT_PAUSE = 50;

/** After a job's end the server goes on closing it for a while; the next job is not to wait for that. */
const SETTLING_MS = 400;

/**
 * (d) From the client's `start` call to the first line of the first activity, one job after the other, dev
 * server on SQLite: on an idle server, and in the moment in which the job before has ended.
 */
export async function benchSubmitLatency(): Promise<Row[]> {
  const environment = await startTemporal();
  try {
    const alone = `one start call alone: ${percentiles(await measureStart(environment))}`;
    const idle = await measure(environment, { submissions: SUBMISSIONS, pauseMs: SETTLING_MS });
    const busy = await measure(environment, { submissions: SUBMISSIONS_WITHOUT_PAUSE, pauseMs: 0 });
    return [
      {
        benchmark: `d · submit to first activity, ${SUBMISSIONS} jobs on an idle server`,
        measured: percentiles(idle),
        beside: alone,
        target: 'p50 ≤ 50 ms, p99 ≤ 200 ms',
      },
      {
        benchmark: `d · the same, ${SUBMISSIONS_WITHOUT_PAUSE} jobs, each at the end of the one before`,
        measured: percentiles(busy),
        beside: alone,
        target: '',
      },
    ];
  } finally {
    await environment.teardown();
  }
}

async function measure(
  environment: TestWorkflowEnvironment,
  { submissions, pauseMs }: { submissions: number; pauseMs: number },
): Promise<number[]> {
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
    for (let count = 0; count < submissions; count += 1) {
      await sleep(pauseMs);
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
async function measureStart(environment: TestWorkflowEnvironment): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let count = 0; count < 50; count += 1) {
    const startedAt = performance.now();
    await environment.client.workflow.start('nobodyRunsThis', {
      workflowId: `alone_${count}`,
      taskQueue: 'nobody',
    });
    milliseconds.push(performance.now() - startedAt);
  }
  return milliseconds;
}
