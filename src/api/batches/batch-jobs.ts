import { isDeepStrictEqual } from 'node:util';
import type { JobPolicy } from '../../contracts/video-intelligence.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import { keptAddressKey, withKeptAddress } from '../../domain/kept-address.ts';
import type { Batch, BatchItem } from '../../ports/batch-catalogue.ts';
import type { BatchJobs } from '../../ports/batch-jobs.ts';
import type { JobCatalogue } from '../../ports/job-catalogue.ts';
import { LOCAL_USER_ID } from '../caller.ts';
import { acceptWithAddresses, keepAddresses } from '../jobs/keep-addresses.ts';
import { idOfKey } from '../jobs/id-of-key.ts';
import { jobStartOf } from '../jobs/job-start.ts';
import type { JobsClient } from '../jobs/jobs-client.ts';
import { locateSource } from '../jobs/locate-source.ts';
import { newJob, sourceHashOf } from '../jobs/new-job.ts';

export interface BatchJobsOptions {
  jobs: JobsClient;
  catalogue: JobCatalogue;
  store: ArtifactStore;
  policy: JobPolicy;
  allowLocalFiles: boolean;
  /** Called when jobs were accepted. */
  startSoon: () => void;
}

/** The jobs of batches: ordinary ones of the catalogue, with the quota, turns and priority of any other. */
export const createBatchJobs = ({ jobs, catalogue, startSoon, ...options }: BatchJobsOptions): BatchJobs => ({
  acceptItem: (batch, item) => acceptItem({ catalogue, ...options }, batch, item),
  cancel: (jobId) => jobs.cancel(jobId),
  startSoon,
});

async function acceptItem(
  { catalogue, store, policy, allowLocalFiles }: Omit<BatchJobsOptions, 'jobs' | 'startSoon'>,
  batch: Batch,
  { number, url, jobId: jobBefore, attempt }: BatchItem,
): Promise<{ jobId: string; attached: boolean }> {
  const { userId, settings, priority } = batch;
  const located = await locateSource(
    { url },
    { userId, allowLocalFiles: allowLocalFiles && userId === LOCAL_USER_ID, store },
  );
  const sourceHash = sourceHashOf(located, settings);
  const jobId = jobBefore ?? idOfKey('job', `${batch.id}\n${number}`);
  const known = await catalogue.findSame(userId, sourceHash);
  // Somebody may have changed its settings since it was submitted.
  const isSame = known !== undefined && isDeepStrictEqual(jobStartOf(known).input.settings, settings);
  if (isSame && known.id !== jobId) return { jobId: known.id, attached: true };
  const { locator, kept } = withKeptAddress(located.source, keptAddressKey(userId, jobId));
  const job = newJob({
    ...{ jobId, caller: batch, policy, source: locator, settings, priority, sourceHash },
    ...{ operationId: `${batch.id}-${number}-${attempt}`, batchId: batch.id, again: attempt > 0 },
  });
  if (jobBefore === null) {
    await acceptWithAddresses({ catalogue, store }, job, kept);
  } else {
    // What the last run had kept may be gone by now.
    await keepAddresses(store, kept);
    // A job that its user has started again meanwhile is left alone.
    await catalogue.acceptAgain(job);
  }
  return { jobId, attached: false };
}
