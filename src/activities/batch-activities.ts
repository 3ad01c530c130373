import type { AnnounceEventInput } from '../contracts/notifications.ts';
import type { BatchActivities } from '../contracts/video-batch.ts';
import { batchSummary, openVideos, type BatchCounts } from '../domain/batch.ts';
import { ClipScribeError, ERRORS } from '../domain/errors.ts';
import type { Batch, BatchCatalogue, BatchItem, BatchTotals } from '../ports/batch-catalogue.ts';
import type { BatchJobs } from '../ports/batch-jobs.ts';
import { withHeartbeat } from './activity-support.ts';

/** What the steps of batches need from outside. */
export interface BatchDependencies {
  batches: BatchCatalogue;
  jobs: BatchJobs;
}

/** The steps of a batch; see the contract for what each does. */
export const createBatchActivities = ({ batches, jobs }: BatchDependencies): BatchActivities => ({
  fillWindow: ({ batchId, windowSize }) =>
    withHeartbeat(async ({ signal }) => {
      const batch = await find(batches, batchId);
      let counts = await countsOf(batches, batchId);
      while (batch.state === 'running' && counts.waiting > 0 && openVideos(counts) < windowSize) {
        const limit = windowSize - openVideos(counts);
        for (const item of await batches.items(batchId, { states: ['waiting'], after: 0, limit })) {
          signal.throwIfAborted();
          await accept({ batches, jobs }, batch, item);
        }
        jobs.startSoon();
        counts = await countsOf(batches, batchId);
      }
      return { state: batch.state, counts };
    }),

  cancelBatch: ({ batchId }) =>
    withHeartbeat(async ({ signal }) => {
      await batches.requestCancel(batchId);
      for (const jobId of await batches.openJobs(batchId)) {
        signal.throwIfAborted();
        await jobs.cancel(jobId).catch(unlessEnded);
      }
    }),

  endBatch: ({ batchId }) =>
    withHeartbeat(async () => {
      if (!(await batches.end(batchId))) return null;
      const batch = await find(batches, batchId);
      if (batch.state !== 'completed') return { announcement: null };
      return {
        announcement: announcementOf(batch, await countsOf(batches, batchId), await batches.totals(batchId)),
      };
    }),
});

/** One video; what is wrong with it alone must not stop the others. */
async function accept({ batches, jobs }: BatchDependencies, batch: Batch, item: BatchItem): Promise<void> {
  const { number } = item;
  try {
    await batches.noteJob(batch.id, { number, ...(await jobs.acceptItem(batch, item)) });
  } catch (error) {
    if (!ClipScribeError.is(error) || ERRORS[error.code].retry === 'automatic') throw error;
    const { code, message } = error;
    await batches.noteRefusal(batch.id, { number, error: { code, message, stage: null } });
  }
}

/** A job that ended meanwhile, or that Temporal does not know, needs no cancelling. */
function unlessEnded(error: unknown): void {
  if (!ClipScribeError.is(error) || error.code !== 'JobNotFound') throw error;
}

/** What is told of the end; one event for each time that the batch was asked for. */
const announcementOf = (
  { id, userId, name, run, endedAt }: Batch,
  counts: BatchCounts,
  { durationSeconds, costUsd }: BatchTotals,
): AnnounceEventInput => ({
  eventId: `${id}-complete-${run}`,
  userId,
  event: {
    type: 'batch.complete',
    timestamp: (endedAt ?? new Date()).toISOString(),
    data: {
      id,
      title: [name, batchSummary(counts)].filter((part) => part !== null).join(': '),
      resultsUrl: `/api/batches/${id}/items`,
      durationSeconds,
      costUsd,
      videoCount: counts.total - counts.duplicate,
      error: null,
    },
  },
});

async function find(batches: BatchCatalogue, batchId: string): Promise<Batch> {
  const batch = await batches.find(batchId);
  if (batch === undefined) throw new ClipScribeError('BatchNotFound', 'There is no batch with this id.');
  return batch;
}

async function countsOf(batches: BatchCatalogue, batchId: string): Promise<BatchCounts> {
  const [counts] = await batches.counts([batchId]);
  if (counts === undefined) throw new Error('A batch was not counted.');
  return counts;
}
