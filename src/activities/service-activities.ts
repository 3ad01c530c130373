import { Context } from '@temporalio/activity';
import type { RetentionServiceActivities } from '../contracts/retention.ts';
import type { ServiceActivities } from '../contracts/service-activities.ts';
import type { BatchActivities } from '../contracts/video-batch.ts';
import type { Estimates } from '../ports/estimates.ts';
import type { CostLedger } from '../ports/cost-ledger.ts';
import type { JobCatalogue } from '../ports/job-catalogue.ts';
import type { JobMetrics } from '../ports/metrics.ts';
import { withHeartbeat } from './activity-support.ts';
import { createBatchActivities, type BatchDependencies } from './batch-activities.ts';
import { createListNeeded, type ListNeededDependencies } from './list-needed.ts';
import { createReportCosts } from './report-costs.ts';
import { indexTranscript, type IndexingDependencies } from './index-transcript.ts';

/** What the service's steps need from outside. */
export interface ServiceDependencies extends IndexingDependencies, BatchDependencies, ListNeededDependencies {
  catalogue: JobCatalogue;
  metrics: JobMetrics;
  costLedger: CostLedger;
  estimates: Pick<Estimates, 'keepRun'>;
  /** See {@link RetentionServiceActivities.forgetMissingUploads}. */
  forgetMissingUploads: () => Promise<void>;
  /** Called when an ended job goes on: a stop that came while it had ended is to be told to it. */
  onJobReopened: (jobId: string) => Promise<void>;
  /** Called when a job has ended: another one's turn may have come, in its batch too. */
  onJobEnded: (batchId: string | null) => void;
}

/** The steps that need the database; see the contract for what each does. */
export const createServiceActivities = ({
  catalogue,
  metrics,
  costLedger,
  estimates,
  forgetMissingUploads,
  onJobReopened,
  onJobEnded,
  ...dependencies
}: ServiceDependencies): ServiceActivities & BatchActivities & RetentionServiceActivities => ({
  ...createBatchActivities(dependencies),
  settleJob: ({ jobId, run, ...end }) =>
    withHeartbeat(async () => {
      const isFirst = await catalogue.settle({ id: jobId, ...end });
      const job = await catalogue.find(jobId);
      const { workflowType: kind = 'unknown' } = Context.current().info;
      if (isFirst && job !== undefined) {
        const startedAt = job.startedAt ?? job.createdAt;
        const seconds = ((job.endedAt ?? startedAt).getTime() - startedAt.getTime()) / 1000;
        metrics.jobEnded({ kind, state: end.state, seconds });
      }
      // Also where an earlier attempt has ended the job and got no further: a run is kept once.
      if (run !== null) await estimates.keepRun({ jobId, operationId: end.operationId, kind, run });
      onJobEnded(job?.batchId ?? null);
    }),
  reopenJob: ({ jobId, operationId }) =>
    withHeartbeat(async () => {
      const goesOn = await catalogue.reopen(jobId, operationId);
      if (goesOn) await onJobReopened(jobId);
      return goesOn;
    }),
  indexTranscript: (job) => withHeartbeat(() => indexTranscript(dependencies, job)),
  reportCosts: createReportCosts(costLedger),
  listNeeded: createListNeeded({ catalogue, ...dependencies }),
  forgetMissingUploads: () => withHeartbeat(forgetMissingUploads),
});
