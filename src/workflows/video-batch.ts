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
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import {
  BATCH_POLICY,
  BATCH_QUERY_COUNTS,
  BATCH_WAKE,
  type BatchActivities,
  type VideoBatchInput,
} from '../contracts/video-batch.ts';
import { batchProgress, batchSummary, isSettled, type BatchCounts } from '../domain/batch.ts';
import { announce } from './announce.ts';

/** A job's end wakes the batch; where that word is lost, it looks by itself. */
const LOOK_AT_LEAST_EVERY = '1 minute';

const { fillWindow, cancelBatch, endBatch } = proxyActivities<BatchActivities>({
  ...BATCH_POLICY,
  taskQueue: TASK_QUEUES.service,
});

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

  constructor(input: VideoBatchInput) {
    this.#input = input;
    setHandler(defineSignal(BATCH_WAKE), () => {
      this.#woken = true;
    });
    setHandler(defineQuery(BATCH_QUERY_COUNTS), () => this.#counts);
  }

  /** Looks at the window again and again, until the batch has ended. */
  async run(): Promise<BatchCounts> {
    const { batchId, looksPerRun } = this.#input;
    for (let look = 1; ; look += 1) {
      this.#woken = false;
      const counts = await this.#look();
      if (isSettled(counts)) {
        const end = await endBatch({ batchId });
        if (end !== null) {
          if (end.announcement !== null) await announce(end.announcement);
          // A retry may have come while it ended.
          if (!this.#woken) return counts;
        }
      } else {
        await condition(() => this.#woken, LOOK_AT_LEAST_EVERY);
      }
      if (look >= looksPerRun || workflowInfo().continueAsNewSuggested) await continueAsNew(this.#input);
    }
  }

  async #look(): Promise<BatchCounts> {
    const { batchId, windowSize } = this.#input;
    const { state, counts } = await fillWindow({ batchId, windowSize });
    this.#counts = counts;
    setCurrentDetails(`**${state}** · ${batchProgress(counts)} % · ${batchSummary(counts)}`);
    // Repeated with each look: a job that could not be cancelled yet can be now.
    if (state === 'cancelling') await cancelBatch({ batchId });
    return counts;
  }
}
