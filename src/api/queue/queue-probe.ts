import type { Client } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../contracts/jobs.ts';
import { TASK_QUEUES } from '../../contracts/task-queues.ts';
import { withTemporalErrors } from '../jobs/temporal-errors.ts';
import { dateOf } from '../jobs/temporal-records.ts';

/** A task queue as Temporal sees it. */
export interface QueueState {
  queue: string;
  /** Processes that have asked it for work lately. */
  workers: string[];
  /** Steps that wait for a worker; about so many. */
  waitingSteps: number;
}

/** States in which Temporal holds a job. */
export const OPEN_STATES = ['queued', 'running', 'paused', 'needs_attention'] as const;
export type OpenJobs = Record<(typeof OPEN_STATES)[number], number>;

/** What Temporal tells about queues and workers. Every call rejects with `ServiceUnavailable` while it is away. */
export interface QueueProbe {
  queues(): Promise<QueueState[]>;
  /** Follows changes within about a second. */
  openJobs(): Promise<OpenJobs>;
}

/** temporal.api.enums.v1.TaskQueueType */
const ACTIVITY = 2;
/** A worker without work asks anew every minute. */
const POLLER_LIVES_MS = 75_000;
const CALL_TIMEOUT_MS = 5000;

/** The API's own process serves these: it is no worker. */
const API_QUEUES: readonly string[] = [TASK_QUEUES.service, TASK_QUEUES.notify];
const WORKER_QUEUES = Object.values(TASK_QUEUES).filter((queue) => !API_QUEUES.includes(queue));

export function createQueueProbe(client: Client): QueueProbe {
  const { workflowService } = client;
  const { namespace } = client.options;
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    withTemporalErrors(() => client.withDeadline(Date.now() + CALL_TIMEOUT_MS, work));
  const stateOf = async (queue: string): Promise<QueueState> => {
    const { pollers, stats } = await call(() =>
      workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: queue },
        taskQueueType: ACTIVITY,
        reportStats: true,
      }),
    );
    const since = Date.now() - POLLER_LIVES_MS;
    const alive = (pollers ?? []).filter(
      ({ lastAccessTime }) => (dateOf(lastAccessTime)?.getTime() ?? 0) > since,
    );
    return {
      queue,
      workers: [...new Set(alive.map(({ identity }) => identity ?? ''))].toSorted(),
      waitingSteps: Number(stats?.approximateBacklogCount ?? 0),
    };
  };
  const countOf = async (state: string): Promise<number> => {
    const query = `ExecutionStatus = 'Running' AND ${SEARCH_ATTRIBUTES.state.name} = '${state}'`;
    const { count } = await call(() => workflowService.countWorkflowExecutions({ namespace, query }));
    return Number(count ?? 0);
  };
  return {
    queues: () => Promise.all(WORKER_QUEUES.map(stateOf)),
    openJobs: async () => {
      const counts = await Promise.all(
        OPEN_STATES.map(async (state) => [state, await countOf(state)] as const),
      );
      return Object.fromEntries(counts) as OpenJobs;
    },
  };
}
