import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { JobPolicy } from '../../contracts/video-intelligence.ts';
import type { JobSettings } from '../../domain/job.ts';
import type { SourceLocator } from '../../domain/media.ts';
import type { RequestedReceiver } from '../../domain/notification-receivers.ts';
import { boundsOf } from '../../domain/tiers.ts';
import type { AcceptJob } from '../../ports/job-catalogue.ts';
import type { Caller } from '../caller.ts';
import { currentTraceparent } from '../trace.ts';
import type { JobStart } from './job-start.ts';
import { publicSource, type LocatedSource } from './locate-source.ts';

export interface NewJob {
  jobId: string;
  caller: Pick<Caller, 'userId' | 'accountId' | 'tier'>;
  operationId: string;
  policy: JobPolicy;
  source: SourceLocator;
  settings: JobSettings;
  priority: number;
  sourceHash: string;
  /** The batch that it belongs to. */
  batchId?: string;
  projectId?: string | undefined;
  /** Who is told of it, besides those who are told of all jobs. */
  receivers?: readonly RequestedReceiver[];
  /** An ended job of this id may be done again. */
  again?: boolean;
}

/** A job as the catalogue takes it, with all that its workflow is started with. */
export function newJob({ jobId, caller, operationId, policy, source, settings, ...job }: NewJob): AcceptJob {
  const { userId, accountId, tier } = caller;
  const { priority, sourceHash } = job;
  const account = { accountId, operationId, ...boundsOf(tier) };
  const memo = { source: publicSource(source), settings, operationId };
  const start: JobStart = {
    kind: 'videoIntelligence',
    input: {
      ...{ jobId, userId, source, settings, priority, policy, account },
      ...{ route: null, redo: null, amend: false },
    },
    ...{ memo, sourceHash, reuseId: job.again === true ? 'after-end' : 'never' },
    traceparent: currentTraceparent(),
  };
  return {
    ...{ id: jobId, userId, accountId, tier, source: memo.source, sourceHash, priority, start, operationId },
    ...{ batchId: job.batchId ?? null, projectId: job.projectId ?? null, receivers: job.receivers ?? [] },
    uploads: source.kind === 'upload' ? [source.key] : [],
  };
}

/** Of source and settings: jobs with the same hash do the same. */
export const sourceHashOf = ({ source, version }: LocatedSource, settings: JobSettings): string =>
  createHash('sha256')
    .update(canonicalize({ source, version, settings }) ?? '')
    .digest('hex');
