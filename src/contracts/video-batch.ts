import type { ActivityOptions } from '@temporalio/workflow';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { BatchCounts, BatchState } from '../domain/batch.ts';
import type { JobError, JobSettings } from '../domain/job.ts';
import type { AnnounceEventInput } from './notifications.ts';

/** The workflow's type name, as started by the API. */
export const VIDEO_BATCH = 'videoBatch';

/** Input of the workflow. Its workflow id is `batchId`. The list of videos stays in the database. */
export interface VideoBatchInput {
  batchId: string;
  userId: string;
  /** Videos that are accepted at once. */
  windowSize: number;
  /** Looks at the window in one run of the workflow; it continues as new then, so that no history grows long. */
  looksPerRun: number;
}

/** The batch looks at its window anew: a job has ended, or a user wants something. Repeated ones do nothing. */
export const BATCH_WAKE = 'wake';

/** {@link BatchCounts} as of the last look, or null before the first one. */
export const BATCH_QUERY_COUNTS = 'counts';

export interface FillWindowResult {
  state: BatchState;
  counts: BatchCounts;
  /** The playlist whose videos are not listed yet, as anybody may see its address. */
  playlistUrl: string | null;
  /** Where the whole address is kept if that is not it; see `SourceLocator`. */
  keptAt?: string;
  /** Who lists them. */
  download?: JobSettings['download'];
}

export interface ListPlaylistInput {
  batchId: string;
  /** With {@link FillWindowResult.keptAt} no more than what anybody may see of it. */
  url: string;
  keptAt?: string;
}
export interface ListPlaylistResult {
  /** JSON `Playlist`. */
  playlist: ArtifactRef;
  count: number;
}

/** The step of a batch that any host can do. */
export interface PlaylistActivities {
  /** Lists the videos of a playlist. Opens none of them. */
  listPlaylist(input: ListPlaylistInput): Promise<ListPlaylistResult>;
}

/** The steps of a batch that need the database, on the service queue. All are idempotent. */
export interface BatchActivities {
  /**
   * Accepts the next videos as jobs until the window is full or none is left, and counts all. A video that is
   * refused, by the quota for instance, fails alone. While all work is stopped it is tried again.
   */
  fillWindow(input: { batchId: string; windowSize: number }): Promise<FillWindowResult>;
  /** Accepts no more videos, and cancels the jobs that the batch has made. */
  cancelBatch(input: { batchId: string }): Promise<void>;
  /** Puts the videos of the playlist into the batch, once. */
  addVideos(input: { batchId: string; playlist: ArtifactRef }): Promise<void>;
  /** Ends a batch whose playlist could not be listed. @returns what to announce, the same for every try */
  failBatch(input: { batchId: string; error: JobError }): Promise<{ announcement: AnnounceEventInput }>;
  /**
   * Ends the batch.
   *
   * @returns what to announce, the same for every try; null where there is something to do again
   */
  endBatch(input: { batchId: string }): Promise<{ announcement: AnnounceEventInput | null } | null>;
}

/**
 * Statements over a window of some fifty jobs; silence means that the process is gone. A batch must not be given up
 * because the database, or work as a whole, was stopped for some days.
 */
export const BATCH_POLICY = {
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
} satisfies ActivityOptions;

/** Hundreds of requests for a channel of years; a site that wants fewer of them is waited for. */
export const LIST_PLAYLIST_POLICY = {
  startToCloseTimeout: '10m',
  scheduleToCloseTimeout: '24h',
  heartbeatTimeout: '30s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '5s', backoffCoefficient: 3, maximumInterval: '10m', maximumAttempts: 30 },
} satisfies ActivityOptions;

/** The same on a machine of the user's, which may be off for weeks (B2). */
export const DOWNLOAD_PLAYLIST_POLICY = {
  ...LIST_PLAYLIST_POLICY,
  scheduleToCloseTimeout: '30d',
} satisfies ActivityOptions;
