import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { TypeID } from 'typeid-js';
import { ClipScribeError } from '../../domain/errors.ts';
import type { JobKindName } from '../../domain/job-kinds.ts';
import type { KeptAddress } from '../../domain/kept-address.ts';
import type { RequestedReceiver } from '../../domain/notification-receivers.ts';
import { boundsOf } from '../../domain/tiers.ts';
import type { Caller } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { currentTraceparent } from '../trace.ts';
import { acceptWithAddresses } from './keep-addresses.ts';
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
  /** The same as it may stand in histories, where it names addresses that carry secrets. */
  referring?: (jobId: string) => { input: object; kept: KeptAddress[] };
  projectId?: string;
  /** False for work on what was counted before; absent: it takes a video of the month's quota. */
  takesVideo?: false;
  /** Who is told of it, besides those who are told of all jobs. */
  receivers?: readonly RequestedReceiver[];
  /** Keys of the uploads that it reads. */
  uploads?: readonly string[];
}

/**
 * Accepts a job, which is started now, or as soon as Temporal answers and its account's turn has come. Idempotent by
 * operation.
 *
 * @throws ClipScribeError InvalidInput (the operation was asked for before with another content), QuotaExceeded,
 *   EmergencyStop, DatabaseUnavailable
 */
export async function acceptJob(
  {
    jobs,
    catalogue,
    store,
    dispatcher,
  }: Pick<ApiDependencies, 'jobs' | 'catalogue' | 'store' | 'dispatcher'>,
  { kind, prefix, caller, operationId, source, settings, priority, input, projectId, ...more }: NewJob,
): Promise<JobRecord> {
  const { takesVideo, receivers = [], uploads = [], referring } = more;
  const { userId, accountId, tier } = caller;
  // Whoever comes again with the operation's key comes to the same job.
  const jobId = TypeID.fromUUID(prefix, operationId).toString();
  const account = { accountId, operationId, ...boundsOf(tier) };
  const sourceHash = createHash('sha256')
    .update(canonicalize({ kind, source, input, settings }) ?? '')
    .digest('hex');
  const { input: written, kept } = referring?.(jobId) ?? { input, kept: [] };
  const start = {
    kind,
    input: kindOf(kind).input.parse({ ...written, jobId, userId, settings, priority, account }),
    memo: { source, settings, operationId },
    ...{ sourceHash, reuseId: 'never', traceparent: currentTraceparent() },
  };
  const job = {
    ...{ id: jobId, userId, accountId, tier, source, sourceHash, priority, start, operationId },
    ...{ batchId: null, projectId: projectId ?? null, receivers, uploads },
    ...(takesVideo === undefined ? {} : { takesVideo }),
  };
  await acceptWithAddresses({ catalogue, store }, job, kept);
  if ((await catalogue.find(jobId))?.sourceHash !== sourceHash)
    throw new ClipScribeError('InvalidInput', 'This request was made before with another content.');
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
