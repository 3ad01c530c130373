import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { TypeID } from 'typeid-js';
import { ClipScribeError } from '../../domain/errors.ts';
import type { JobKindName } from '../../domain/job-kinds.ts';
import { tierOf } from '../../domain/tiers.ts';
import type { Caller } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { kindOf } from './job-kinds.ts';
import type { JobRecord } from './jobs-client.ts';
import { startSoon } from './submit-job.ts';

/** A job of any kind as a route asks for it. */
export interface NewJob {
  kind: JobKindName;
  /** Of the job's id. */
  prefix: 'job' | 'reel';
  caller: Caller;
  operationId: string;
  /** What it works on, as the user may see it. */
  source: string;
  settings: object;
  priority: number;
  /** What the kind's input has besides. */
  input: object;
  projectId?: string;
  /** False for work on what was counted before; absent: it takes a video of the month's quota. */
  takesVideo?: false;
}

/**
 * Accepts a job, which is started now, or as soon as Temporal answers and its account's turn has come. Idempotent by
 * operation.
 *
 * @throws ClipScribeError QuotaExceeded, EmergencyStop, DatabaseUnavailable
 */
export async function acceptJob(
  { jobs, catalogue, dispatcher }: Pick<ApiDependencies, 'jobs' | 'catalogue' | 'dispatcher'>,
  { kind, prefix, caller, operationId, source, settings, priority, input, projectId, takesVideo }: NewJob,
): Promise<JobRecord> {
  const { userId, accountId, tier } = caller;
  // Whoever comes again with the operation's key comes to the same job.
  const jobId = TypeID.fromUUID(prefix, operationId).toString();
  const limits = tierOf(tier);
  const account = {
    ...{ accountId, operationId },
    longestVideoSeconds: limits?.longestVideoSeconds ?? null,
    weight: limits?.weight ?? 1,
  };
  const sourceHash = createHash('sha256')
    .update(canonicalize({ kind, source, input, settings }) ?? '')
    .digest('hex');
  const start = {
    kind,
    input: kindOf(kind).input.parse({ ...input, jobId, userId, settings, priority, account }),
    memo: { source, settings, operationId },
    ...{ sourceHash, reuseId: 'never' },
  };
  await catalogue.accept([
    {
      ...{ id: jobId, userId, accountId, tier, source, sourceHash, priority, start, operationId },
      ...{ batchId: null, projectId: projectId ?? null },
      ...(takesVideo === undefined ? {} : { takesVideo }),
    },
  ]);
  await startSoon(dispatcher);
  return jobs.describe(jobId);
}

/**
 * Refuses a job that is not the caller's, or whose transcript cannot be read.
 *
 * @throws ClipScribeError JobNotFound, JobNotFinished; InvalidInput where it is no video job
 */
export async function checkTranscribed(
  { jobs, catalogue }: Pick<ApiDependencies, 'jobs' | 'catalogue'>,
  userId: string,
  jobId: string,
): Promise<void> {
  const known = await catalogue.find(jobId);
  if (known?.userId !== userId) throw new ClipScribeError('JobNotFound', 'There is no job with this id.');
  const { kind, status } = await jobs.describe(jobId);
  if (kind !== 'videoIntelligence')
    throw new ClipScribeError('InvalidInput', 'This is not a video job: it has no transcript.');
  if (status !== 'completed')
    throw new ClipScribeError('JobNotFinished', `The job has no transcript yet: it is ${status}.`);
}
