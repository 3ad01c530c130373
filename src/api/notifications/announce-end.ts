import type { JobError } from '../../domain/job.ts';
import { JOB_KINDS } from '../../domain/job-kinds.ts';
import { jobEvent } from '../../domain/notification-event.ts';
import { jobFolder, STATUS_FILE, type JobOutcome } from '../../domain/retention.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { CatalogueJob } from '../../ports/job-catalogue.ts';
import { jobStartOf } from '../jobs/job-start.ts';
import type { NotificationClient } from './notification-client.ts';

/**
 * Tells people of the end of a job whose workflow could not, as it never started, or an operator ended it; and notes
 * the end in the job's folder, so that retention knows of it.
 */
export type AnnounceEnd = (
  job: CatalogueJob,
  type: 'job.failed' | 'job.cancelled',
  error: JobError | null,
) => Promise<void>;

/** Best effort: the job has ended, whether or not Temporal and the store can be reached now. */
export const createAnnounceEnd =
  (client: NotificationClient, store: ArtifactStore): AnnounceEnd =>
  async (job, type, error) => {
    await noteEnd(store, job, type === 'job.failed' ? 'failed' : 'cancelled', error).catch(() => undefined);
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

/** Unless the workflow has. */
async function noteEnd(
  store: ArtifactStore,
  job: CatalogueJob,
  status: JobOutcome['status'],
  error: JobError | null,
): Promise<void> {
  const { id: jobId, userId, title, durationSeconds, startedAt } = job;
  const outcome: JobOutcome = {
    ...{ status, stage: JOB_KINDS[jobStartOf(job).kind].stages[0], title, durationSeconds },
    ...{ startedAt: startedAt?.toISOString() ?? null, endedAt: new Date().toISOString(), error, notices: [] },
  };
  const key = `${jobFolder(userId, jobId)}/${STATUS_FILE}`;
  await store.putUnchanged(key, JSON.stringify({ jobId, ...outcome }, null, 2), null);
}
