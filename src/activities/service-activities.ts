import type { ServiceActivities } from '../contracts/service-activities.ts';
import type { JobCatalogue } from '../ports/job-catalogue.ts';
import type { BatchActivities } from '../contracts/video-batch.ts';
import { withHeartbeat } from './activity-support.ts';
import { createBatchActivities, type BatchDependencies } from './batch-activities.ts';
import { indexTranscript, type IndexingDependencies } from './index-transcript.ts';

/** What the service's steps need from outside. */
export interface ServiceDependencies extends IndexingDependencies, BatchDependencies {
  catalogue: JobCatalogue;
  /** Called when a job has ended: another one's turn may have come, in its batch too. */
  onJobEnded: (batchId: string | null) => void;
}

/** The steps that need the database; see the contract for what each does. */
export const createServiceActivities = ({
  catalogue,
  onJobEnded,
  ...dependencies
}: ServiceDependencies): ServiceActivities & BatchActivities => ({
  ...createBatchActivities(dependencies),
  settleJob: ({ jobId, ...end }) =>
    withHeartbeat(async () => {
      await catalogue.settle({ id: jobId, ...end });
      onJobEnded((await catalogue.find(jobId))?.batchId ?? null);
    }),
  indexTranscript: (job) => withHeartbeat(() => indexTranscript(dependencies, job)),
});
