import type { BatchCounts, BatchItemState, BatchState, NewBatchItem } from '../domain/batch.ts';
import type { JobError, JobSettings } from '../domain/job.ts';
import type { RequestedReceiver } from '../domain/notification-receivers.ts';
import type { TierName } from '../domain/tiers.ts';

export interface AcceptBatch {
  id: string;
  userId: string;
  /** Whose quota and ceilings count. */
  accountId: string;
  tier: TierName | null;
  /** For people: a file's name, for instance. */
  name: string | null;
  /** Where the list comes from, if it is not given. */
  playlistUrl: string | null;
  /** Of every job. */
  settings: JobSettings;
  priority: number;
}

export interface Batch extends AcceptBatch {
  state: BatchState;
  /** Whether the videos of its playlist were added, or it has none. */
  isListed: boolean;
  /** Why its list could not be made. */
  error: JobError | null;
  /** Counts how often it was asked for: once, and once more with each retry. */
  run: number;
  createdAt: Date;
  endedAt: Date | null;
}

/** One video of a batch. */
export interface BatchItem {
  /** From 1. */
  number: number;
  /** Where it stands in the list. */
  line: number;
  url: string;
  title: string | null;
  state: BatchItemState;
  /** Null until it is accepted, and where it was refused. */
  jobId: string | null;
  /** The user had this job before the batch came to it. */
  attached: boolean;
  /** Counts retries, from 0. */
  attempt: number;
  durationSeconds: number | null;
  costUsd: number;
  error: JobError | null;
}

/** Sums over the videos of a batch. */
export interface BatchTotals {
  durationSeconds: number;
  costUsd: number;
}

/**
 * Batches and their videos. What becomes of a video is told by its job, and kept nowhere else.
 *
 * Every call rejects with ClipScribeError `DatabaseUnavailable` while the database cannot be reached.
 */
export interface BatchCatalogue {
  /**
   * Accepts a batch with its videos and with whom to tell of it. Idempotent by id.
   *
   * @throws ClipScribeError EmergencyStop
   */
  accept(
    batch: AcceptBatch,
    items: readonly NewBatchItem[],
    receivers?: readonly RequestedReceiver[],
  ): Promise<void>;
  find(batchId: string): Promise<Batch | undefined>;
  /** Newest first. */
  list(
    userId: string,
    page: { limit: number; before: { createdAt: Date; id: string } | undefined },
  ): Promise<Batch[]>;
  /** In the order of the ids. */
  counts(batchIds: readonly string[]): Promise<BatchCounts[]>;
  totals(batchId: string): Promise<BatchTotals>;
  /** In the order of the list, behind a number; of some states only, where they are given. */
  items(
    batchId: string,
    filter: { states: readonly BatchItemState[] | undefined; after: number; limit: number },
  ): Promise<BatchItem[]>;
  /** Adds the videos of the batch's playlist, and names the batch where it has no name. Once. */
  addItems(batchId: string, name: string | null, items: readonly NewBatchItem[]): Promise<void>;
  /** Ends a batch whose playlist could not be listed. Idempotent. */
  fail(batchId: string, error: JobError): Promise<void>;
  /** The job of a video is accepted. */
  noteJob(batchId: string, item: { number: number; jobId: string; attached: boolean }): Promise<void>;
  /** A video is refused; it has no job then. */
  noteRefusal(batchId: string, item: { number: number; error: JobError }): Promise<void>;
  /** Jobs of the batch's own that have not ended. */
  openJobs(batchId: string): Promise<string[]>;
  /** Accepts no more videos of a running batch. Idempotent. */
  requestCancel(batchId: string): Promise<void>;
  /**
   * Ends a batch in which nothing more happens by itself.
   *
   * @returns false where something does
   */
  end(batchId: string): Promise<boolean>;
  /**
   * Has the videos wait again that failed or were cancelled, and the batch go on.
   *
   * @param goOn the batch goes on even if there are none
   * @returns how many there are
   */
  retry(batchId: string, goOn: boolean): Promise<number>;
  /** Batches whose workflow is owed, the oldest first. */
  owedStarts(limit: number): Promise<Batch[]>;
  /** The workflow of this run of the batch is there. */
  confirmStarted(batchId: string, run: number): Promise<void>;
  /** Batches that Temporal holds, by id, behind an id. */
  startedBatches(page: { limit: number; after: string | undefined }): Promise<string[]>;
  /** Temporal has lost the workflow of a batch: it is started anew. */
  startAgain(batchId: string): Promise<void>;
}
