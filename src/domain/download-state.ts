import { z } from 'zod';
import { downloadProgressSchema } from './download-task.ts';

/** How a step stands that a download worker of the user's has to do (B2). */
export const downloadStateSchema = z.enum(['no-worker', 'queued', 'running']);
export type DownloadState = z.infer<typeof downloadStateSchema>;

/** What a user can do who has none. */
export const START_DOWNLOAD_WORKER =
  'If none runs, start one on your machine: clipscribe worker --role download';

/**
 * One sentence for the user: what a job waits for, or how far the download is. `heartbeat` is the worker's last word.
 */
export function downloadText(state: DownloadState, heartbeat: unknown): string {
  switch (state) {
    case 'no-worker':
      return `waits for your download worker. ${START_DOWNLOAD_WORKER}`;
    case 'queued':
      return 'waits for its turn on your download worker';
    case 'running':
      return `your download worker is at it${progressText(heartbeat)}`;
  }
}

function progressText(heartbeat: unknown): string {
  const { data } = downloadProgressSchema.safeParse(heartbeat);
  if (data === undefined) return '';
  const received = megabytes(data.receivedBytes);
  return data.totalBytes === null
    ? ` · ${received} MB`
    : ` · ${received} of ${megabytes(data.totalBytes)} MB`;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
