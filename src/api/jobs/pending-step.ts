import type { DownloadState } from '../../domain/download-state.ts';

/** A step that runs now, or waits for its next attempt. */
export interface PendingStep {
  activity: string;
  /** From 1. */
  attempt: number;
  /** Details of the last heartbeat, as the activity sent them. */
  heartbeat: unknown;
  /** When it came; absent where none has. */
  heartbeatAt?: Date | undefined;
  /** Why the attempt before this one failed. */
  lastFailure: { type: string | null; message: string } | null;
  nextAttemptAt: Date | null;
  /** Of a step for a download worker of the user's. */
  download?: DownloadState;
}
