import type { ServiceActivities } from '../contracts/service-activities.ts';
import type { JobCatalogue } from '../ports/job-catalogue.ts';
import { withHeartbeat } from './activity-support.ts';

/** What the service's steps need from outside. */
export interface ServiceDependencies {
  catalogue: JobCatalogue;
  /** Called when a job has ended: another one's turn may have come. */
  onJobEnded: () => void;
}

/** The steps that need the database; see the contract for what each does. */
export const createServiceActivities = ({
  catalogue,
  onJobEnded,
}: ServiceDependencies): ServiceActivities => ({
  settleJob: ({ jobId, ...end }) =>
    withHeartbeat(async () => {
      await catalogue.settle({ id: jobId, ...end });
      onJobEnded();
    }),
});
