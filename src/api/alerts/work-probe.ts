import type { Client } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../contracts/jobs.ts';
import { PROCESS_HEARTBEAT } from '../../contracts/process-heartbeat.ts';
import { TASK_QUEUES } from '../../contracts/task-queues.ts';
import type { WorkerFacts } from '../../domain/alerts.ts';
import { orBeforeFirstJob, withTemporalErrors } from '../jobs/temporal-errors.ts';
import { dateOf } from '../jobs/temporal-records.ts';
import { heartbeatReader, type Heartbeat } from '../queue/worker-heartbeats.ts';
import { LongestAtWork, secondsAtWork } from './time-at-work.ts';

/** What Temporal tells of those who work. Every call rejects with `ServiceUnavailable` while it is away. */
export interface WorkProbe {
  /** Worker processes; null where the server does not list them. */
  workers(): Promise<WorkerFacts[] | null>;
  /**
   * For how long steps of one job have been at work on the queue of the short route, in seconds: of the running job
   * with the most; 0 where there is none. Waiting for a worker counts for nothing (H8).
   */
  shortRouteSeconds(): Promise<number>;
}

/** Workers tell every ten seconds that they are there (run-worker.ts). */
const SILENCE_MS = 60_000;
/** Whoever has been silent for so long is not coming back. */
const GONE_MS = 3600_000;
const CALL_TIMEOUT_MS = 5000;
/** As many as the server tells at once; more do not run side by side. */
const MOST_JOBS = 1000;
/** temporal.api.enums.v1.WorkerStatus */
const SHUT_DOWN: readonly unknown[] = [3, 4];

export function createWorkProbe(client: Client): WorkProbe {
  const { workflowService } = client;
  const { namespace } = client.options;
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + CALL_TIMEOUT_MS, work);
  const readHeartbeats = heartbeatReader(client);
  const longestAtWork = new LongestAtWork(async ({ jobId, runId }) => {
    const handle = client.workflow.getHandle(jobId, runId);
    const { raw } = await call(() => handle.describe());
    const { events } = await call(() => handle.fetchHistory());
    const place = { queue: TASK_QUEUES.short, nowMs: Date.now() };
    return secondsAtWork(events ?? [], raw.pendingActivities, place);
  });
  return {
    workers: () =>
      withTemporalErrors(async () => {
        const heartbeats = await call(readHeartbeats);
        return heartbeats === undefined ? null : workersOf(heartbeats, Date.now());
      }),
    shortRouteSeconds: () =>
      withTemporalErrors(async () => {
        const { route, state } = SEARCH_ATTRIBUTES;
        const query = `ExecutionStatus = 'Running' AND ${route.name} = 'short' AND ${state.name} = 'running'`;
        const executions = await call(() =>
          orBeforeFirstJob([], async () => {
            const page = await workflowService.listWorkflowExecutions({
              ...{ namespace, query, pageSize: MOST_JOBS },
            });
            return page.executions ?? [];
          }),
        );
        const nowMs = Date.now();
        const runs = executions.map(({ execution, startTime }) => ({
          ...{ jobId: execution?.workflowId ?? '', runId: execution?.runId ?? '' },
          startedMs: dateOf(startTime)?.getTime() ?? nowMs,
        }));
        return longestAtWork.among(runs, nowMs);
      }),
  };
}

/** Processes by their host and queues: one that was started again in the place of another is the same worker. */
export function workersOf(heartbeats: readonly Heartbeat[], nowMs: number): WorkerFacts[] {
  const workers = new Map<string, { seenAtMs: number; facts: WorkerFacts }>();
  const shares = new Map(
    heartbeats
      .filter(({ taskQueue }) => taskQueue === PROCESS_HEARTBEAT)
      .filter(({ heartbeatTime }) => nowMs - seenMs(heartbeatTime) <= SILENCE_MS)
      .map((beat) => [beat.workerIdentity ?? '', beat.hostInfo?.currentHostMemUsage ?? 0]),
  );
  const processes = Map.groupBy(heartbeats.filter(touchesMedia), (each) => each.workerIdentity ?? '');
  for (const [identity, beats] of processes) {
    const seenAtMs = Math.max(...beats.map(({ heartbeatTime }) => seenMs(heartbeatTime)));
    const endedItself = beats.some(({ status }) => SHUT_DOWN.includes(status));
    if (endedItself || nowMs - seenAtMs > GONE_MS) continue;
    const queues = beats.map(({ taskQueue }) => taskQueue ?? '').toSorted();
    const name = `${queues.join(' and ')} on ${beats[0]?.hostInfo?.hostName ?? 'a host'}`;
    if ((workers.get(name)?.seenAtMs ?? 0) > seenAtMs) continue;
    const facts = {
      name,
      isUp: nowMs - seenAtMs <= SILENCE_MS,
      freeSlots: Object.fromEntries(
        beats.map((each) => [each.taskQueue ?? '', each.activityTaskSlotsInfo?.currentAvailableSlots ?? 0]),
      ),
      // Without a limit of its own, a process may use what its machine has.
      memoryShare: shares.get(identity) ?? beats[0]?.hostInfo?.currentHostMemUsage ?? 0,
    };
    workers.set(name, { seenAtMs, facts });
  }
  return [...workers.values()].map(({ facts }) => facts);
}

const MEDIA_QUEUES: readonly unknown[] = [TASK_QUEUES.short, TASK_QUEUES.long];
const touchesMedia = ({ taskQueue }: Heartbeat): boolean => MEDIA_QUEUES.includes(taskQueue);
const seenMs = (stamp: Heartbeat['heartbeatTime']): number => dateOf(stamp)?.getTime() ?? 0;
