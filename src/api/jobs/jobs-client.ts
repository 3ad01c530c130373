import type { RetrySignal, VideoJobInput } from '../../contracts/video-intelligence.ts';
import type { JobError, JobProgress, JobSettings, JobState, StageName } from '../../domain/job.ts';
import type { Route } from '../../domain/route.ts';

/** What is known of a job without asking its workflow: it needs no worker. */
export interface JobRecord {
  id: string;
  /** `queued` until a worker has taken it. */
  status: JobState;
  stage: StageName;
  route: Route;
  /** 1–10, 10 the most urgent. */
  priority: number;
  durationSeconds: number | null;
  createdAt: Date;
  completedAt: Date | null;
  memo: JobMemo;
}

/** What the API itself writes onto a job when it starts it. */
export interface JobMemo {
  /** The address as anybody may see it, or the path of a local file. */
  source: string;
  settings: JobSettings;
  /** Hash of the request body, by which a repeated Idempotency-Key is checked; null without a key. */
  fingerprint: string | null;
  /** The Idempotency-Key hash of the `redo` that started this run; null for a first run. */
  redoKey: string | null;
}

/** A step that runs now, or waits for its next attempt. */
export interface PendingStep {
  activity: string;
  /** From 1. */
  attempt: number;
  /** Details of the last heartbeat, as the activity sent them. */
  heartbeat: unknown;
  /** Why the attempt before this one failed. */
  lastFailure: { type: string | null; message: string } | null;
  nextAttemptAt: Date | null;
}

export interface JobDescription extends JobRecord {
  pendingSteps: PendingStep[];
}

export interface JobStart {
  input: VideoJobInput;
  memo: JobMemo;
  /** Hash of source and settings; see `SEARCH_ATTRIBUTES.source`. */
  sourceHash: string;
  /**
   * `never`: an id names one job for ever. `after-end`: the workflow starts again under its id once it has
   * ended, which is what `redo` does.
   */
  reuseId: 'never' | 'after-end';
}

export interface JobFilter {
  userId: string;
  status?: JobState | undefined;
  sourceHash?: string | undefined;
  /** Only jobs that have not ended. */
  open?: boolean | undefined;
}

export interface JobPage {
  jobs: JobRecord[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/**
 * Jobs as Temporal keeps them. All calls reject with ClipScribeError `ServiceUnavailable` while Temporal
 * cannot be reached, and those about one job with `JobNotFound`.
 */
export interface JobsClient {
  /** @returns false when the id is taken, by a running job or, as `reuseId` says, by one that ended. */
  start(job: JobStart): Promise<boolean>;
  describe(jobId: string): Promise<JobDescription>;
  /** Newest first among those that run, then those that ended. Follows changes within about a second. */
  list(filter: JobFilter, page: { limit: number; cursor: string | undefined }): Promise<JobPage>;
  /** The workflow's own answer; undefined while no worker is there to give it. */
  progress(jobId: string): Promise<JobProgress | undefined>;
  /** The input with the settings as they are now; undefined while no worker is there to give it. */
  input(jobId: string): Promise<VideoJobInput | undefined>;
  /** Why a job failed. */
  failure(jobId: string): Promise<JobError>;
  signal(jobId: string, signal: JobSignal): Promise<void>;
  /** Asks the job to end; it cleans up first. */
  cancel(jobId: string): Promise<void>;
  /** Resolves when Temporal answers. */
  checkReachable(): Promise<void>;
}

export type JobSignal =
  { name: 'pause' } | { name: 'resume' } | { name: 'skip' } | { name: 'retry'; settings: RetrySignal };
