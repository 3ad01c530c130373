import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { lackOfTurns, type FairTurns } from '../../domain/fair-turns.ts';

/** Long enough that no worker is ever asked, short enough that a probe that dies leaves nothing for long. */
const LIFETIME = '1m';
/** A server that has lost a task is not waited for longer; below this the server warns of short polls. */
const POLL_DEADLINE_MS = 30_000;

/** A server that tells no numbers has had time enough then. */
const WAITING_DEADLINE_MS = 5_000;
const WAITING_INTERVAL_MS = 100;
/**
 * A server counts tasks before it has them at hand in order of priority: a first look may come too early where it has
 * just started, and a second one, which waits for longer, is made before anything is said against it.
 */
const SETTLING_MS = [500, 3000] as const;
/** temporal.api.enums.v1.TaskQueueType */
const WORKFLOW_TASKS = 1;

interface ProbeTask {
  user: 'many' | 'one';
  priorityKey: number;
}

/** In the order of their submission: without any rule they come back in it. */
const TASKS: readonly ProbeTask[] = [
  { user: 'many', priorityKey: 3 },
  { user: 'many', priorityKey: 3 },
  { user: 'many', priorityKey: 3 },
  { user: 'many', priorityKey: 3 },
  { user: 'one', priorityKey: 3 },
  { user: 'one', priorityKey: 1 },
];

/**
 * Finds out whether a Temporal server gives fair turns (S2), by what it does: a handful of workflows of two users
 * wait on a queue that nobody serves, and are fetched in the order in which the server hands them out. Servers do
 * not tell their configuration, and more than one partition per queue breaks the order as well as a missing flag.
 * Leaves nothing behind.
 */
export async function probeFairTurns(client: Client): Promise<FairTurns> {
  const first = await probeOnce(client, SETTLING_MS[0]);
  return lackOfTurns(first) === null ? first : probeOnce(client, SETTLING_MS[1]);
}

async function probeOnce({ workflow, connection, options }: Client, settlingMs: number): Promise<FairTurns> {
  const taskQueue = `clipscribe-fair-turns-${randomUUID()}`;
  const ids = TASKS.map((_, index) => `${taskQueue}-${index}`);
  try {
    for (const [index, { user, priorityKey }] of TASKS.entries()) {
      await workflow.start('fairTurnsProbe', {
        taskQueue,
        workflowId: ids[index] as string,
        workflowExecutionTimeout: LIFETIME,
        priority: { priorityKey, fairnessKey: user },
      });
    }
    await untilWaiting(connection, { namespace: options.namespace, taskQueue });
    await sleep(settlingMs);
    const order: ProbeTask[] = [];
    while (order.length < TASKS.length) {
      const { workflowExecution } = await connection.withDeadline(Date.now() + POLL_DEADLINE_MS, () =>
        connection.workflowService.pollWorkflowTaskQueue({
          namespace: options.namespace,
          taskQueue: { name: taskQueue, kind: 1 },
          identity: 'clipscribe-fair-turns-probe',
        }),
      );
      const task = TASKS[ids.indexOf(workflowExecution?.workflowId ?? '')];
      if (task !== undefined) order.push(task);
    }
    return judgeOrder(order);
  } finally {
    await Promise.allSettled(ids.map((id) => workflow.getHandle(id).terminate('The probe is over.')));
  }
}

/** Tasks come to their queue some time after their workflows are there: an order is one of what waits together. */
async function untilWaiting(
  connection: Client['connection'],
  { namespace, taskQueue }: { namespace: string; taskQueue: string },
): Promise<void> {
  const deadline = Date.now() + WAITING_DEADLINE_MS;
  while (Date.now() < deadline) {
    const { stats } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: WORKFLOW_TASKS,
      reportStats: true,
    });
    if (Number(stats?.approximateBacklogCount ?? 0) >= TASKS.length) return;
    await sleep(WAITING_INTERVAL_MS);
  }
}

/** The user with one task at the common priority waits for no more than one of the other's. */
function judgeOrder(order: readonly ProbeTask[]): FairTurns {
  const common = order.filter(({ priorityKey }) => priorityKey === 3);
  return {
    urgentFirst: order[0]?.priorityKey === 1,
    usersTakeTurns: common.slice(0, 2).some(({ user }) => user === 'one'),
  };
}
