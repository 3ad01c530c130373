import type { ServiceActivities } from '../contracts/service-activities.ts';
import type { JobCatalogue } from '../ports/job-catalogue.ts';
import { withHeartbeat } from './activity-support.ts';
import { indexTranscript, type IndexingDependencies } from './index-transcript.ts';

/** What the service's steps need from outside. */
export interface ServiceDependencies extends IndexingDependencies {
  catalogue: JobCatalogue;
  /** Called when a job has ended: another one's turn may have come. */
  onJobEnded: () => void;
}

/** The steps that need the database; see the contract for what each does. */
export const createServiceActivities = ({
  catalogue,
  onJobEnded,
  ...indexing
}: ServiceDependencies): ServiceActivities => ({
  settleJob: ({ jobId, ...end }) =>
    withHeartbeat(async () => {
      await catalogue.settle({ id: jobId, ...end });
      onJobEnded();
    }),
  indexTranscript: (job) => withHeartbeat(() => indexTranscript(indexing, job)),
});
