import {
  defaultPayloadConverter,
  type RawWorkflowExecutionInfo,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { z } from 'zod';
import type { DownloadActivities } from '../../contracts/download-activities.ts';
import { SEARCH_ATTRIBUTES } from '../../contracts/jobs.ts';
import { jobStateSchema, type JobState } from '../../domain/job.ts';
import { isJobKind, JOB_KINDS } from '../../domain/job-kinds.ts';
import { DEFAULT_PRIORITY } from '../../domain/priority.ts';
import { routeSchema } from '../../domain/route.ts';
import { jobMemoSchema } from './job-start.ts';
import type { PendingStep } from './pending-step.ts';
import type { JobFilter, JobRecord } from './jobs-client.ts';

/** temporal.api.enums.v1.WorkflowExecutionStatus of executions that have ended. */
const END_STATES: Readonly<Record<number, JobState>> = {
  2: 'completed',
  3: 'failed',
  4: 'cancelled',
  5: 'cancelled',
  7: 'failed',
};

/** The type by which the SDK's worker ends an attempt that does not finish before the worker stops. */
const WORKER_SHUTDOWN = 'WorkerShutdown';

type RawPendingStep = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];
type Payloads = Parameters<typeof defaultPayloadConverter.fromPayload>[0];

/**
 * A job from what the server says of its workflow.
 *
 * @returns undefined for a workflow that is no job
 */
export function jobRecordOf(info: RawWorkflowExecutionInfo): JobRecord | undefined {
  const kind = info.type?.name;
  if (!isJobKind(kind)) return undefined;
  const attributes = decodeFields(info.searchAttributes?.indexedFields);
  const attribute = <T>(key: { name: string }, schema: z.ZodType<T>, otherwise: T): T =>
    schema.catch(otherwise).parse(attributes[key.name]);
  return {
    id: info.execution?.workflowId ?? '',
    kind,
    status: END_STATES[info.status ?? 0] ?? attribute(SEARCH_ATTRIBUTES.state, jobStateSchema, 'queued'),
    stage: attribute(SEARCH_ATTRIBUTES.stage, z.string(), JOB_KINDS[kind].stages[0]),
    route: attribute(SEARCH_ATTRIBUTES.route, routeSchema, 'short'),
    priority: attribute(SEARCH_ATTRIBUTES.priority, z.number().int(), DEFAULT_PRIORITY),
    title: null,
    durationSeconds: attribute(SEARCH_ATTRIBUTES.durationSeconds, z.number().nullable(), null),
    createdAt: dateOf(info.startTime) ?? new Date(0),
    completedAt: dateOf(info.closeTime) ?? null,
    closed: END_STATES[info.status ?? 0] !== undefined,
    memo: jobMemoSchema.parse(decodeFields(info.memo?.fields)),
  };
}

/** Which run it is, and how many events it has seen. */
export const revisionOf = ({ execution, historyLength }: RawWorkflowExecutionInfo): string =>
  `${execution?.runId ?? ''}/${String(historyLength ?? 0)}`;

/** Whose job it is. */
export const userOf = (info: RawWorkflowExecutionInfo): string =>
  z.string().parse(decodeFields(info.searchAttributes?.indexedFields)[SEARCH_ATTRIBUTES.user.name]);

/** Open jobs of a user, as a condition for the server's visibility store. */
export function openJobsQuery({ userId, status }: JobFilter): string {
  const conditions = [
    `WorkflowType IN (${Object.keys(JOB_KINDS).map(quote).join(', ')})`,
    `ExecutionStatus = 'Running'`,
    `${SEARCH_ATTRIBUTES.user.name} = ${quote(userId)}`,
  ];
  if (status !== undefined) conditions.push(`${SEARCH_ATTRIBUTES.state.name} = ${quote(status)}`);
  return conditions.join(' AND ');
}

/** Those of these jobs that are open. */
export const runningAmongQuery = (jobIds: readonly string[]): string =>
  `ExecutionStatus = 'Running' AND WorkflowId IN (${jobIds.map(quote).join(', ')})`;

/**
 * Why an attempt failed, as users may read it. A worker that was stopped in order has handed its work over,
 * which is no failure.
 */
export function lastFailureOf(failure: {
  message?: string | null;
  applicationFailureInfo?: { type?: string | null } | null;
  canceledFailureInfo?: object | null;
  timeoutFailureInfo?: object | null;
}): PendingStep['lastFailure'] {
  const type = failure.applicationFailureInfo?.type ?? null;
  if (failure.canceledFailureInfo || type === WORKER_SHUTDOWN) return null;
  if (failure.timeoutFailureInfo)
    return { type: 'ToolCrashed', message: 'The worker that ran this step is gone.' };
  return { type, message: failure.message ?? '' };
}

/** temporal.api.enums.v1.PendingActivityState */
const SCHEDULED = 1;
const DOWNLOAD_STEPS: readonly string[] = [
  'downloadMetadata',
  'downloadAudio',
] satisfies (keyof DownloadActivities)[];

/** A step that is not done, as the server tells of it. */
export function pendingStepOf(step: RawPendingStep): PendingStep {
  const activity = step.activityType?.name ?? '';
  const download = step.state === SCHEDULED ? 'queued' : 'running';
  return {
    activity,
    attempt: step.attempt ?? 1,
    heartbeat: decodeFirst(step.heartbeatDetails),
    heartbeatAt: dateOf(step.lastHeartbeatTime),
    lastFailure: step.lastFailure ? lastFailureOf(step.lastFailure) : null,
    nextAttemptAt: dateOf(step.nextAttemptScheduleTime) ?? null,
    ...(DOWNLOAD_STEPS.includes(activity) && { download }),
  };
}

/** The first value of a list of payloads, or undefined. */
export const decodeFirst = (payloads: { payloads?: Payloads[] | null } | null | undefined): unknown => {
  const first = payloads?.payloads?.[0];
  return first === undefined ? undefined : defaultPayloadConverter.fromPayload(first);
};

/** A protobuf time stamp as a date. */
export const dateOf = (
  stamp: { seconds?: { toNumber(): number } | null; nanos?: number | null } | null | undefined,
): Date | undefined =>
  stamp?.seconds === undefined || stamp.seconds === null
    ? undefined
    : new Date(stamp.seconds.toNumber() * 1000 + (stamp.nanos ?? 0) / 1e6);

const decodeFields = (fields: Record<string, Payloads> | null | undefined): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, payload]) => [
      name,
      defaultPayloadConverter.fromPayload(payload),
    ]),
  );

const quote = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
