import { randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkProbe } from '../../../src/api/alerts/work-probe.ts';
import { createQueueProbe, type QueueState } from '../../../src/api/queue/queue-probe.ts';
import { TASK_QUEUES } from '../../../src/contracts/task-queues.ts';
import { SEARCH_ATTRIBUTES } from '../../../src/contracts/jobs.ts';
import { reportMemory } from '../../../src/workers/report-memory.ts';
import { TemporalProcess } from '../../support/temporal-process.ts';
import { startTemporal } from '../../support/temporal-server.ts';
import { until } from '../../support/until.ts';

/** temporal.api.enums.v1.CommandType */
const SCHEDULE_ACTIVITY_TASK = 1;
const POLL_DEADLINE_MS = 60_000;

// Workers tell of themselves often, so that no test waits for it. Of the whole process: this file has its own.
Runtime.install({ workerHeartbeatInterval: '1s', logger: new DefaultLogger('ERROR') });

const stateOf = async (client: Client, queue: string): Promise<QueueState> => {
  const found = (await createQueueProbe(client).queues()).find((state) => state.queue === queue);
  if (found === undefined) throw new Error(`There is no ${queue}.`);
  return found;
};

describe('the probe of queues, at the server that the local stack starts', () => {
  let temporal: TemporalProcess;
  let client: Client;
  let connection: NativeConnection;
  beforeAll(async () => {
    temporal = await TemporalProcess.start();
    client = await temporal.client();
    connection = await NativeConnection.connect({ address: temporal.address });
  });
  afterAll(async () => {
    await connection.close();
    await temporal.close();
  });

  /** A job that has scheduled so many steps on the queue of its route, without a worker of ours. */
  const jobWithSteps = async (steps: number, route: 'short' | 'long' = 'long'): Promise<WorkflowHandle> => {
    const handle = await client.workflow.start('videoIntelligence', {
      workflowId: `job-${randomUUID()}`,
      taskQueue: TASK_QUEUES.control,
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.state, value: 'running' },
        { key: SEARCH_ATTRIBUTES.route, value: route },
      ],
    });
    const { taskToken } = await client.withDeadline(Date.now() + POLL_DEADLINE_MS, () =>
      client.workflowService.pollWorkflowTaskQueue({
        namespace: 'default',
        taskQueue: { name: TASK_QUEUES.control, kind: 1 },
        identity: 'test',
      }),
    );
    await client.workflowService.respondWorkflowTaskCompleted({
      taskToken,
      commands: Array.from({ length: steps }, (_, index) => ({
        commandType: SCHEDULE_ACTIVITY_TASK,
        scheduleActivityTaskCommandAttributes: {
          activityId: String(index),
          activityType: { name: 'transcribeChunk' },
          taskQueue: { name: TASK_QUEUES[route] },
          scheduleToCloseTimeout: msToTs('1h'),
          startToCloseTimeout: msToTs('1h'),
        },
      })),
    });
    return handle;
  };
  const approximateSteps = async (): Promise<number> => {
    const { stats } = await client.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: TASK_QUEUES.long },
      taskQueueType: 2,
      reportStats: true,
    });
    return Number(stats?.approximateBacklogCount ?? 0);
  };

  it('finds no jobs in a namespace that does not know their attributes yet', async () => {
    await client.workflowService.registerNamespace({
      namespace: 'new',
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    const ofNew = new Client({ connection: client.connection, namespace: 'new' });
    // The server learns of it within seconds.
    const openJobs = await until(() =>
      createQueueProbe(ofNew)
        .openJobs()
        .catch(() => undefined),
    );
    expect(openJobs).toEqual({ queued: 0, running: 0, paused: 0, needs_attention: 0 });
    expect(await createWorkProbe(ofNew).shortRouteSeconds()).toBe(0);
  });

  it('tells steps that wait with their age, also where nobody serves the queue, but none of jobs that were cancelled', async () => {
    expect(await stateOf(client, TASK_QUEUES.long)).toEqual({
      queue: TASK_QUEUES.long,
      workers: [],
      ...{ waitingSteps: 0, oldestWaitingSeconds: null, slots: 0, usedSlots: 0 },
    });
    const job = await jobWithSteps(4);
    const waiting = await until(async () => {
      const state = await stateOf(client, TASK_QUEUES.long);
      return state.waitingSteps === 4 && state;
    });
    expect(waiting.oldestWaitingSeconds).toBeGreaterThan(0);
    await job.terminate();
    await until(async () => (await stateOf(client, TASK_QUEUES.long)).waitingSteps === 0);
    // The server itself does not know yet that nobody wants them.
    expect(await approximateSteps()).toBe(4);
    expect((await stateOf(client, TASK_QUEUES.long)).oldestWaitingSeconds).toBeNull();
  });

  it('tells for how long steps of a job have been at work on the short route, and nothing while they wait', async () => {
    const { shortRouteSeconds } = createWorkProbe(client);
    const job = await jobWithSteps(1, 'short');
    const query = `${SEARCH_ATTRIBUTES.route.name} = 'short'`;
    await until(async () => (await client.workflow.count(query)).count === 1);
    expect(await shortRouteSeconds()).toBe(0);
    const { taskToken } = await client.withDeadline(Date.now() + POLL_DEADLINE_MS, () =>
      client.workflowService.pollActivityTaskQueue({
        namespace: 'default',
        taskQueue: { name: TASK_QUEUES.short, kind: 1 },
        identity: 'test',
      }),
    );
    const first = await until(shortRouteSeconds);
    const second = await until(async () => {
      const seconds = await shortRouteSeconds();
      return seconds > first && seconds;
    });
    await client.workflowService.respondActivityTaskCompleted({ namespace: 'default', taskToken });
    const ended = await shortRouteSeconds();
    expect(ended).toBeGreaterThanOrEqual(second);
    // No step works any more.
    expect(await shortRouteSeconds()).toBe(ended);
    await job.terminate();
  });

  it('tells how much of its limit a process uses, of which its heartbeats know nothing', async () => {
    const logged: unknown[] = [];
    const worker = await Worker.create({
      ...{ connection, taskQueue: TASK_QUEUES.short, identity: 'limited' },
      activities: { transcribeChunk: () => Promise.resolve() },
    });
    await worker.runUntil(async () => {
      const shares = async () =>
        (await createWorkProbe(client).workers())?.map(({ memoryShare }) => memoryShare) ?? [];
      const [ofHost = 1] = await until(async () => (await shares()).length > 0 && shares());
      expect(ofHost).toBeLessThan(0.95);
      const stop = reportMemory(client, {
        identity: 'limited',
        memoryShare: () => Promise.resolve(0.97),
        logger: { debug: (what: unknown) => logged.push(what) },
      });
      const ofLimit = await until(async () => {
        const now = await shares();
        return now.some((share) => share > 0.95) && now;
      });
      stop();
      // It is no worker beside the one that it is about.
      expect(ofLimit).toEqual([expect.closeTo(0.97, 5)]);
    });
    expect(logged).toEqual([]);
  });

  it('tells slots of workers, those that are taken, and a worker that is too busy to ask for more', async () => {
    const release = Promise.withResolvers<void>();
    const worker = await Worker.create({
      connection,
      taskQueue: TASK_QUEUES.long,
      identity: 'busy',
      activities: { transcribeChunk: () => release.promise },
      maxConcurrentActivityTaskExecutions: 2,
    });
    await worker.runUntil(async () => {
      const state = () => stateOf(client, TASK_QUEUES.long);
      const free = await until(async () => {
        const now = await state();
        return now.slots === 2 && now;
      });
      expect(free).toMatchObject({ workers: ['busy'], usedSlots: 0 });
      await jobWithSteps(5);
      const busy = await until(async () => {
        const now = await state();
        return now.usedSlots === 2 && now.waitingSteps === 3 && now;
      });
      expect(busy).toMatchObject({ slots: 2, workers: ['busy'] });
      release.resolve();
    });
  });
});

it('tells no slots where the server lists no workers', async () => {
  const temporal = await startTemporal();
  try {
    expect(await stateOf(temporal.client, TASK_QUEUES.short)).toMatchObject({ slots: null, usedSlots: null });
  } finally {
    await temporal.teardown();
  }
});
