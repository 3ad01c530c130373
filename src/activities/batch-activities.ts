import type { AnnounceEventInput } from '../contracts/notifications.ts';
import type { BatchActivities, FillWindowResult } from '../contracts/video-batch.ts';
import { batchSummary, numberEntries, openVideos, type BatchCounts } from '../domain/batch.ts';
import { ClipScribeError, ERRORS } from '../domain/errors.ts';
import { keptAddressKey, withKeptAddress, type Fetchable } from '../domain/kept-address.ts';
import type { SourceLocator } from '../domain/media.ts';
import { FAILURES_TOLD, type BatchFailure } from '../domain/notification-event.ts';
import { playlistKey, playlistSchema } from '../domain/playlist.ts';
import type { Batch, BatchCatalogue, BatchItem, BatchTotals } from '../ports/batch-catalogue.ts';
import type { BatchJobs } from '../ports/batch-jobs.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { withHeartbeat } from './activity-support.ts';
import { readJson } from './stage-cache.ts';

const LONGEST_NAME = 200;

/** What the steps of batches need from outside. */
export interface BatchDependencies {
  batches: BatchCatalogue;
  jobs: BatchJobs;
  store: ArtifactStore;
}

/** The steps of a batch; see the contract for what each does. */
export const createBatchActivities = ({ batches, jobs, store }: BatchDependencies): BatchActivities => ({
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
      const { state, settings } = batch;
      return { state, counts, ...(await playlistToList(store, batch)), download: settings.download };
    }),

  addVideos: ({ batchId, playlist }) =>
    withHeartbeat(async () => {
      const batch = await find(batches, batchId);
      // Otherwise an attempt before this one has forgotten the playlist, or nobody has need of it any more.
      if (batch.state === 'running' && !batch.isListed) {
        const { title, entries } = await readJson(store, playlist, playlistSchema);
        const items = numberEntries(entries.map((entry, index) => ({ ...entry, line: index + 1 })));
        await batches.addItems(batchId, title?.slice(0, LONGEST_NAME) ?? null, items);
      }
      await forgetPlaylist(store, batch);
    }),

  failBatch: ({ batchId, error }) =>
    withHeartbeat(async () => {
      await batches.fail(batchId, error);
      const batch = await find(batches, batchId);
      await forgetPlaylist(store, batch);
      const counts = await countsOf(batches, batchId);
      return { announcement: announcementOf(batch, counts, { durationSeconds: 0, costUsd: 0 }) };
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
      await forgetPlaylist(store, batch);
      if (batch.state !== 'completed') return { announcement: null };
      return {
        announcement: announcementOf(
          batch,
          await countsOf(batches, batchId),
          await batches.totals(batchId),
          await failuresOf(batches, batchId),
        ),
      };
    }),
});

/** The playlist that is still to be listed, as it may stand in a history; the catalogue has it whole. */
async function playlistToList(
  store: ArtifactStore,
  { id, userId, state, isListed, playlistUrl }: Batch,
): Promise<Pick<FillWindowResult, 'playlistUrl' | 'keptAt'>> {
  if (state !== 'running' || isListed || playlistUrl === null) return { playlistUrl: null };
  const whole: Fetchable<SourceLocator & { kind: 'url' }> = { kind: 'url', url: playlistUrl };
  const { locator, kept } = withKeptAddress(whole, keptAddressKey(userId, id));
  for (const { key, address } of kept) await store.put(key, address);
  const { url, keptAt } = locator;
  return { playlistUrl: url, ...(keptAt === undefined ? {} : { keptAt }) };
}

/** Nobody lists it any more. */
async function forgetPlaylist(store: ArtifactStore, { id, userId, playlistUrl }: Batch): Promise<void> {
  if (playlistUrl !== null) await store.remove([keptAddressKey(userId, id), playlistKey(id)]);
}

/** One video; what is wrong with it alone must not stop the others. */
async function accept(
  { batches, jobs }: Pick<BatchDependencies, 'batches' | 'jobs'>,
  batch: Batch,
  item: BatchItem,
): Promise<void> {
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
  { id, userId, name, run, endedAt, error }: Batch,
  counts: BatchCounts,
  { durationSeconds, costUsd }: BatchTotals,
  failures: BatchFailure[] = [],
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
      error,
      ...(failures.length === 0 ? {} : { failures }),
    },
  },
});

/** The first videos of a batch that failed or wait for a person. */
async function failuresOf(batches: BatchCatalogue, batchId: string): Promise<BatchFailure[]> {
  const items = await batches.items(batchId, {
    states: ['failed', 'needs_attention'],
    after: 0,
    limit: FAILURES_TOLD,
  });
  return items.map(({ line, title, jobId, error }) => ({
    ...{ line, title, jobId },
    error: error === null ? null : { code: error.code, message: error.message },
  }));
}

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
