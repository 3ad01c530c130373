import type { DownloadOutcome, DownloadTask } from '../domain/download-task.ts';
import type { DownloadProgress } from './video-source.ts';

/**
 * The API as a download worker sees it (B2). Every call rejects with a ClipScribeError: `ServiceUnavailable` while
 * nobody answers, `Unauthorized` or `Forbidden` for a bad token, `NotFound` for a task that is over, and those of
 * the API.
 */
export interface DownloadTasks {
  /** Waits for a task for half a minute at most. */
  next(options: { signal: AbortSignal }): Promise<DownloadTask | undefined>;
  /** @returns whether the task is to be given up */
  heartbeat(taskToken: string, progress: DownloadProgress | null): Promise<{ cancelled: boolean }>;
  end(taskToken: string, result: DownloadOutcome): Promise<void>;
  /** Sends a file to where the API says. @returns the upload's id */
  upload(filePath: string, options: { signal: AbortSignal }): Promise<string>;
}
