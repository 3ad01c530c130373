import type { Client } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../contracts/jobs.ts';
import { TASK_QUEUES } from '../../contracts/task-queues.ts';
import type { JobKindName } from '../../domain/job-kinds.ts';
import { orBeforeFirstJob, withTemporalErrors } from '../jobs/temporal-errors.ts';
import { dateOf } from '../jobs/temporal-records.ts';
import { heartbeatReader, type Heartbeat } from './worker-heartbeats.ts';

/** A task queue as Temporal sees it. */
export interface QueueState {
  queue: string;
  /** Processes that have asked it for work lately. */
  workers: string[];
  /** Steps that wait for a worker; about so many, as of the last few seconds. */
  waitingSteps: number;
  /** How long the step or workflow has waited that waits longest; null while none does. */
  oldestWaitingSeconds: number | null;
  /** Steps that its workers can do side by side, and do; null where the server does not list workers. */
  slots: number | null;
  usedSlots: number | null;
}

/** A queue with the number of its workers. */
export type CountedQueue = Omit<QueueState, 'workers'> & { workers: number };

export const withWorkersCounted = (queue: QueueState): CountedQueue => ({
  ...queue,
  workers: queue.workers.length,
});

/** States in which Temporal holds a job. */
export const OPEN_STATES = ['queued', 'running', 'paused', 'needs_attention'] as const;
export type OpenJobs = Record<(typeof OPEN_STATES)[number], number>;

/** What Temporal tells about queues and workers. Every call rejects with `ServiceUnavailable` while it is away. */
export interface QueueProbe {
  queues(): Promise<QueueState[]>;
  /** Follows changes within about a second. */
  openJobs(): Promise<OpenJobs>;
  /** Jobs of one kind that are queued; follows changes as `openJobs` does. */
  queuedJobs(kind: JobKindName): Promise<number>;
}

/** Of temporal.api.enums.v1.TaskQueueType. */
const WORKFLOW = 1;
const ACTIVITY = 2;
/** Workers tell of themselves every 10 s; see run-worker.ts. */
const HEARTBEAT_LIVES_MS = 35_000;
/** A worker without work asks anew every minute. */
const POLLER_LIVES_MS = 75_000;
const CALL_TIMEOUT_MS = 5000;

/** The API's own process serves these: it is no worker. */
const API_QUEUES: readonly string[] = [TASK_QUEUES.service, TASK_QUEUES.notify];
const WORKER_QUEUES = Object.values(TASK_QUEUES).filter((queue) => !API_QUEUES.includes(queue));

/** Over the Temporal client. */
export const createQueueProbe = (client: Client): QueueProbe => new TemporalQueueProbe(client);

class TemporalQueueProbe implements QueueProbe {
  readonly #client: Client;
  readonly #readHeartbeats: () => Promise<Heartbeat[] | undefined>;

  constructor(client: Client) {
    this.#client = client;
    this.#readHeartbeats = heartbeatReader(client);
  }

  async queues(): Promise<QueueState[]> {
    const [workers, jobs] = await Promise.all([this.#liveWorkers(), this.#countOf('IS NOT NULL')]);
    const states = await Promise.all(WORKER_QUEUES.map((queue) => this.#stateOf(queue, workers)));
    // The server counts steps of jobs that were cancelled until a worker comes for them: without jobs none waits.
    return jobs > 0
      ? states
      : states.map((state) => ({ ...state, waitingSteps: 0, oldestWaitingSeconds: null }));
  }

  async openJobs(): Promise<OpenJobs> {
    const counts = await Promise.all(
      OPEN_STATES.map(async (state) => [state, await this.#countOf(`= '${state}'`)] as const),
    );
    return Object.fromEntries(counts) as OpenJobs;
  }

  queuedJobs(kind: JobKindName): Promise<number> {
    return this.#countOf(`= 'queued' AND WorkflowType = '${kind}'`);
  }

  async #stateOf(queue: string, workers: readonly Heartbeat[] | undefined): Promise<QueueState> {
    const [{ pollers, stats }, workflows] = await Promise.all([
      this.#describe(queue, ACTIVITY),
      queue === TASK_QUEUES.control ? this.#describe(queue, WORKFLOW) : undefined,
    ]);
    const polling = (pollers ?? []).filter(({ lastAccessTime }) => isSince(lastAccessTime, POLLER_LIVES_MS));
    const beating = workers?.filter(({ taskQueue }) => taskQueue === queue);
    const identities = [
      ...polling.map(({ identity }) => identity),
      // A worker whose slots are all taken asks for nothing.
      ...(beating ?? []).map(({ workerIdentity }) => workerIdentity),
    ];
    const slots = beating?.map(({ activityTaskSlotsInfo }) => slotsOf(activityTaskSlotsInfo));
    return {
      queue,
      workers: [...new Set(identities.map((identity) => identity ?? ''))].toSorted(),
      waitingSteps: Number(stats?.approximateBacklogCount ?? 0),
      // A job that has just been started waits as a task of its workflow.
      oldestWaitingSeconds: longest([ageOf(stats), ageOf(workflows?.stats)]),
      slots: slots?.reduce((sum, { available, used }) => sum + available + used, 0) ?? null,
      usedSlots: slots?.reduce((sum, { used }) => sum + used, 0) ?? null,
    };
  }

  /** Undefined where the server does not tell what its workers do. */
  async #liveWorkers(): Promise<Heartbeat[] | undefined> {
    const heartbeats = await this.#call(this.#readHeartbeats);
    return heartbeats?.filter(({ heartbeatTime }) => isSince(heartbeatTime, HEARTBEAT_LIVES_MS));
  }

  /** @param condition of the state of a job */
  #countOf(condition: string): Promise<number> {
    const { workflowService, options } = this.#client;
    const { namespace } = options;
    const query = `ExecutionStatus = 'Running' AND ${SEARCH_ATTRIBUTES.state.name} ${condition}`;
    return this.#call(() =>
      orBeforeFirstJob(0, async () =>
        Number((await workflowService.countWorkflowExecutions({ namespace, query })).count ?? 0),
      ),
    );
  }

  #describe(queue: string, taskQueueType: number) {
    const { workflowService, options } = this.#client;
    const { namespace } = options;
    const asked = { namespace, taskQueue: { name: queue }, taskQueueType, reportStats: true };
    return this.#call(() => workflowService.describeTaskQueue(asked));
  }

  #call<T>(work: () => Promise<T>): Promise<T> {
    return withTemporalErrors(() => this.#client.withDeadline(Date.now() + CALL_TIMEOUT_MS, work));
  }
}

const isSince = (stamp: Parameters<typeof dateOf>[0], livesMs: number): boolean =>
  (dateOf(stamp)?.getTime() ?? 0) > Date.now() - livesMs;

const slotsOf = (info: Heartbeat['activityTaskSlotsInfo']): { available: number; used: number } => ({
  // Zeros do not travel.
  available: info?.currentAvailableSlots ?? 0,
  used: info?.currentUsedSlots ?? 0,
});

type QueueStats = Awaited<ReturnType<Client['workflowService']['describeTaskQueue']>>['stats'];

/** A queue with nothing in it has no age, or one of zero. */
const ageOf = (stats: QueueStats): number | null => {
  if (Number(stats?.approximateBacklogCount ?? 0) === 0) return null;
  const { seconds = 0, nanos = 0 } = stats?.approximateBacklogAge ?? {};
  return Number(seconds ?? 0) + (nanos ?? 0) / 1e9;
};

/** The longest of some times, of which any may be unknown. */
export const longest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
};
