import type { JobError, JobState } from '../domain/job.ts';
import type { RequestedReceiver } from '../domain/notification-receivers.ts';
import type { TierName } from '../domain/tiers.ts';

/**
 * The part of a job's life that the database knows: `accepted` waits for its start, `started` is Temporal's,
 * and the rest are ends.
 */
export type CatalogueState = 'accepted' | 'started' | Extract<JobState, 'completed' | 'failed' | 'cancelled'>;

/** Why nothing of a started job runs: its user paused it, or it waits for the user's own machine to download it. */
export type Rest = 'paused' | 'download';

export interface CatalogueJob {
  id: string;
  userId: string;
  /** The token's id, or the user's where there is none: whose quota and ceilings count. */
  accountId: string;
  tier: TierName | null;
  batchId: string | null;
  projectId: string | null;
  /** The address as anybody may see it. */
  source: string;
  /** Of source and settings: jobs with the same hash do the same. */
  sourceHash: string;
  title: string | null;
  state: CatalogueState;
  priority: number;
  durationSeconds: number | null;
  costUsd: number;
  /** Why it failed. */
  error: JobError | null;
  createdAt: Date;
  /** When its workflow was known to be there. */
  startedAt: Date | null;
  endedAt: Date | null;
  /** What the workflow is started with; the API's own. */
  start: unknown;
  /** The request that asked for the newest run. */
  operationId: string;
}

/** What the service looks at again and again, of all jobs that Temporal holds. */
export type HeldJob = Pick<CatalogueJob, 'id' | 'state' | 'startedAt' | 'operationId'>;

export interface AcceptJob {
  id: string;
  userId: string;
  accountId: string;
  tier: TierName | null;
  batchId: string | null;
  projectId: string | null;
  source: string;
  /** Of source and settings: jobs with the same hash do the same. */
  sourceHash: string;
  priority: number;
  start: unknown;
  /** False for work on what was counted before; absent: it takes a video of the month's quota. */
  takesVideo?: false;
  /** Who is told of it, besides those who are told of all jobs. */
  receivers?: readonly RequestedReceiver[];
  /** Keys of the uploads that it reads: what they hold is no longer unused. */
  uploads?: readonly string[];
  /** The request that asked for it: the same one again accepts nothing new. */
  operationId: string;
}

export interface SettleJob {
  id: string;
  /** The request that asked for the run that ended: a later run of the job is not settled by it. */
  operationId: string;
  state: Extract<CatalogueState, 'completed' | 'failed' | 'cancelled'>;
  title: string | null;
  durationSeconds: number | null;
  error: JobError | null;
  /** What the next run starts with; absent: what this one started with. */
  settings?: object;
}

/** A job that has not ended. */
export interface OpenJob extends Pick<CatalogueJob, 'id' | 'start'> {
  /** Whether Temporal holds it, or may. */
  isHeld: boolean;
}

/** The use of an account in a calendar month (UTC). */
export interface Usage {
  month: string;
  /** Videos done or under way; failed and cancelled ones do not count. */
  videos: number;
  /** Seconds of video that were completed. */
  seconds: number;
  costUsd: number;
}

/**
 * Jobs from the moment they are accepted, whether or not Temporal knows them yet, and what they use up. What is
 * accepted here is started, by whichever process comes to it first.
 *
 * Every call rejects with ClipScribeError `DatabaseUnavailable` while the database cannot be reached.
 */
export interface JobCatalogue {
  /**
   * Accepts jobs, all or none, with whom to tell of them, and reserves a video of the month's quota for each that takes
   * one, in one transaction. Idempotent by id: a job that is there already tells its receivers of now, too, if its
   * source and settings are the same.
   *
   * @throws ClipScribeError QuotaExceeded; EmergencyStop; JobAlreadyRunning with the id of the reel of the same project
   *   that has not ended
   */
  accept(jobs: readonly AcceptJob[]): Promise<void>;
  /**
   * Accepts a job, unless the user has one of the same source and settings that has not ended: that one then tells the
   * receivers, too. Of several that come at once, one is accepted.
   *
   * @returns the id of the job that does it
   * @throws ClipScribeError as {@link accept}
   */
  acceptOrAttach(job: AcceptJob): Promise<string>;
  /**
   * Accepts an ended job to be done again. Reserves anew where the last run gave its reservation back.
   *
   * @returns false where the job has not ended, unless by this very operation
   * @throws ClipScribeError QuotaExceeded; EmergencyStop
   */
  acceptAgain(job: AcceptJob): Promise<boolean>;
  find(jobId: string): Promise<CatalogueJob | undefined>;
  /** The user's newest job with this hash that was completed, or else that has not ended. */
  findSame(userId: string, sourceHash: string): Promise<CatalogueJob | undefined>;
  /** Newest first. */
  list(
    filter: { userId: string; states: readonly CatalogueState[]; projectId?: string },
    page: { limit: number; before: { createdAt: Date; id: string } | undefined },
  ): Promise<CatalogueJob[]>;
  /** Those of these jobs that there are, in no order. */
  findAll(jobIds: readonly string[]): Promise<CatalogueJob[]>;
  /**
   * Takes jobs whose turn it is: the most urgent first, no more at once than the tier of each account lets run. Jobs
   * that rest do not count, up to `RESTING_PER_TURN` for each that may run.
   * Jobs that were taken longer than `staleAfterMs` ago and never confirmed are given out again.
   */
  takeToStart(options: { limit: number; staleAfterMs: number }): Promise<CatalogueJob[]>;
  /** The workflow is there. */
  confirmStarted(jobId: string): Promise<void>;
  /** The workflow could not be started; the job waits again. */
  putBack(jobId: string): Promise<void>;
  /** Changes what a job that has not started will be started with. @returns false where it has */
  changeStart(jobId: string, change: { priority: number; start: unknown }): Promise<boolean>;
  /** Ends a job that has not started. @returns false where it has */
  withdraw(jobId: string): Promise<boolean>;
  /**
   * Ends a job and settles what was reserved for it. Exactly once per run: a second call changes nothing.
   *
   * @returns whether this call ended it
   */
  settle(job: SettleJob): Promise<boolean>;
  /** The completed run of this request goes on. Idempotent. @returns false where the job was started again */
  reopen(jobId: string, operationId: string): Promise<boolean>;
  /** Temporal has lost the workflow of a job that it held: the job is started anew. */
  startAgain(jobId: string): Promise<void>;
  /** Notes which of these jobs wait for a person: they take up no turn of their account. */
  noteAttention(jobIds: readonly string[], waiting: readonly string[]): Promise<void>;
  /**
   * Notes that a job rests for this reason, or does no longer (null). Idempotent; a job that has not started is left.
   */
  noteRest(jobId: string, rest: Rest | null): Promise<void>;
  /** Notes which of these jobs wait for a download, as of now; those that are paused stay so. */
  noteDownloads(jobIds: readonly string[], waiting: readonly string[]): Promise<void>;
  /** Jobs that Temporal holds, or may hold because nobody heard how their start went; by id, behind an id. */
  heldByTemporal(page: { limit: number; after: string | undefined }): Promise<HeldJob[]>;
  /** Jobs that have not ended; by id, behind an id. */
  openJobs(page: { limit: number; after: string | undefined }): Promise<OpenJob[]>;
  usage(accountId: string, month: string): Promise<Usage>;
}
