import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { DownloadActivities } from '../contracts/download-activities.ts';
import { downloadQueue, TASK_QUEUES } from '../contracts/task-queues.ts';
import {
  BATCH_POLICY,
  BATCH_QUERY_COUNTS,
  BATCH_WAKE,
  DOWNLOAD_PLAYLIST_POLICY,
  LIST_PLAYLIST_POLICY,
  type BatchActivities,
  type ListPlaylistInput,
  type PlaylistActivities,
  type FillWindowResult,
  type VideoBatchInput,
} from '../contracts/video-batch.ts';
import { batchProgress, batchSummary, isSettled, type BatchCounts } from '../domain/batch.ts';
import { announce } from './announce.ts';
import { jobErrorOf } from './job-failure.ts';

/** A job's end wakes the batch; where that word is lost, it looks by itself. */
const LOOK_AT_LEAST_EVERY = '1 minute';

const { fillWindow, addVideos, cancelBatch, endBatch, failBatch } = proxyActivities<BatchActivities>({
  ...BATCH_POLICY,
  taskQueue: TASK_QUEUES.service,
});

const { listPlaylist } = proxyActivities<PlaylistActivities>({
  ...LIST_PLAYLIST_POLICY,
  taskQueue: TASK_QUEUES.control,
});

/** On the user's own machine. */
const listThere = (userId: string): DownloadActivities['downloadPlaylist'] =>
  proxyActivities<Pick<DownloadActivities, 'downloadPlaylist'>>({
    ...DOWNLOAD_PLAYLIST_POLICY,
    taskQueue: downloadQueue(userId),
  }).downloadPlaylist;

/**
 * Many videos, some at a time (B1): accepts as many jobs as fit into the window, and the next ones as those end.
 * The workflow id is the batch's id.
 *
 * The list and what became of each video are the database's, so that neither history nor payload grows with the
 * number of videos. Cancelling the workflow cancels the batch: its jobs end first.
 *
 * @returns the last counts
 */
export async function videoBatch(input: VideoBatchInput): Promise<BatchCounts> {
  const window = new Window(input);
  try {
    return await window.run();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(async () => {
      await cancelBatch({ batchId: input.batchId });
      await window.run();
    });
    throw error;
  }
}

/** The sliding window over the videos of a batch. */
class Window {
  readonly #input: VideoBatchInput;
  #counts: BatchCounts | null = null;
  #woken = false;
  /** While a playlist is read, which may take as long as its reader is away. */
  #listing: CancellationScope | null = null;

  constructor(input: VideoBatchInput) {
    this.#input = input;
    setHandler(defineSignal(BATCH_WAKE), () => {
      this.#woken = true;
      this.#listing?.cancel();
    });
    setHandler(defineQuery(BATCH_QUERY_COUNTS), () => this.#counts);
  }

  /** Looks at the window again and again, until the batch has ended. */
  async run(): Promise<BatchCounts> {
    const { batchId, looksPerRun } = this.#input;
    for (let look = 1; ; look += 1) {
      this.#woken = false;
      const { state, counts, playlistUrl, keptAt, download } = await this.#look();
      if (state === 'running' && playlistUrl !== null) {
        const address = { batchId, url: playlistUrl, ...(keptAt === undefined ? {} : { keptAt }) };
        if (!(await this.#list(address, download)) && !this.#isWoken()) return counts;
      } else if (isSettled(counts)) {
        const end = await endBatch({ batchId });
        if (end !== null) {
          if (end.announcement !== null) await announce(end.announcement);
          // A retry may have come while it ended.
          if (!this.#isWoken()) return counts;
        }
      } else {
        await condition(() => this.#woken, LOOK_AT_LEAST_EVERY);
      }
      if (look >= looksPerRun || workflowInfo().continueAsNewSuggested) await continueAsNew(this.#input);
    }
  }

  /** Whether a signal came since the last look began. */
  #isWoken(): boolean {
    return this.#woken;
  }

  /**
   * Lists the videos of the batch's playlist, until it is woken: somebody may have cancelled the batch.
   *
   * @returns false where it cannot be: the batch has failed then
   */
  async #list(address: ListPlaylistInput, download: FillWindowResult['download']): Promise<boolean> {
    const { batchId, userId } = this.#input;
    const list = download === 'worker' ? listThere(userId) : listPlaylist;
    if (this.#isWoken()) return true;
    const listing = new CancellationScope();
    this.#listing = listing;
    try {
      const { playlist } = await listing.run(() => list(address));
      this.#listing = null;
      await addVideos({ batchId, playlist });
      return true;
    } catch (error) {
      const isWoken = listing.consideredCancelled && !CancellationScope.current().consideredCancelled;
      if (isCancellation(error) && isWoken) return true;
      if (isCancellation(error)) throw error;
      const { announcement } = await failBatch({ batchId, error: jobErrorOf(error, 'metadata') });
      await announce(announcement);
      return false;
    } finally {
      this.#listing = null;
    }
  }

  async #look(): Promise<FillWindowResult> {
    const { batchId, windowSize } = this.#input;
    const result = await fillWindow({ batchId, windowSize });
    const { state, counts } = result;
    this.#counts = counts;
    setCurrentDetails(`**${state}** · ${batchProgress(counts)} % · ${batchSummary(counts)}`);
    // Repeated with each look: a job that could not be cancelled yet can be now.
    if (state === 'cancelling') await cancelBatch({ batchId });
    return result;
  }
}
