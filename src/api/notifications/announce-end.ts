import type { JobError } from '../../domain/job.ts';
import { jobEvent } from '../../domain/notification-event.ts';
import type { CatalogueJob } from '../../ports/job-catalogue.ts';
import { jobStartOf } from '../jobs/job-start.ts';
import type { NotificationClient } from './notification-client.ts';

/** Tells people of the end of a job whose workflow could not: it never started, or an operator ended it. */
export type AnnounceEnd = (
  job: CatalogueJob,
  type: 'job.failed' | 'job.cancelled',
  error: JobError | null,
) => Promise<void>;

/** The kinds of jobs that people are told of. */
const TELLING_KINDS: ReadonlySet<string> = new Set(['videoIntelligence', 'reelStitch']);

/** Best effort: the job has ended, whether or not Temporal can be reached now. */
export const createAnnounceEnd =
  (client: NotificationClient): AnnounceEnd =>
  async (job, type, error) => {
    if (!TELLING_KINDS.has(jobStartOf(job).kind)) return;
    const named = job.title ?? job.source;
    const { id, userId, operationId, durationSeconds, costUsd } = job;
    await client
      .announce({
        eventId: `${id}-${type}-${operationId}`,
        userId,
        event: jobEvent(type, new Date(), { id, title: named, durationSeconds, costUsd, error }),
      })
      .catch(() => undefined);
  };
