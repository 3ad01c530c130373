import type { JobInput } from '../../contracts/job-input.ts';
import type { ParkOrder, UnparkOrder } from '../../contracts/jobs.ts';
import type { JobChange, LiveChunk } from '../../contracts/video-intelligence.ts';
import type { StopNotice } from '../../domain/emergency-stop.ts';
import type { JobError, JobState, ProgressOfJob } from '../../domain/job.ts';
import type { JobKindName } from '../../domain/job-kinds.ts';
import type { Route } from '../../domain/route.ts';
import type { JobWait } from './job-wait.ts';
import type { JobMemo, JobStart } from './job-start.ts';
import type { PendingStep } from './pending-step.ts';

/** What is known of a job without asking its workflow: it needs no worker. */
export interface JobRecord {
  id: string;
  kind: JobKindName;
  /** `queued` until a worker has taken it. */
  status: JobState;
  stage: string;
  route: Route;
  /** 1–10, 10 the most urgent. */
  priority: number;
  durationSeconds: number | null;
  createdAt: Date;
  completedAt: Date | null;
  /** Whether its workflow is over; some time before, a job may have its end state already. */
  closed: boolean;
  memo: JobMemo;
}

export interface JobDescription extends JobRecord {
  pendingSteps: PendingStep[];
}

export interface JobFilter {
  userId: string;
  status?: JobState | undefined;
}

export interface JobPage {
  jobs: JobRecord[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/**
 * What can be asked of one job and told to it. All calls reject with ClipScribeError `ServiceUnavailable` while
 * Temporal cannot be reached, and those about one job with `JobNotFound`.
 */
interface JobCalls {
  describe(jobId: string): Promise<JobDescription>;
  /** The workflow's own answer, with what its kind adds; undefined while no worker is there to give it. */
  progress(jobId: string): Promise<ProgressOfJob | undefined>;
  /**
   * Chunks that are transcribed, from an index on; see `QUERIES.liveTranscript`. Empty for jobs of another kind, and
   * while no worker is there to answer.
   */
  liveTranscript(jobId: string, from: number): Promise<LiveChunk[]>;
  /** The input with the settings as they are now; undefined while no worker is there to give it. */
  input(jobId: string): Promise<JobInput | undefined>;
  /** Why a job failed. */
  failure(jobId: string): Promise<JobError>;
  signal(jobId: string, signal: JobSignal): Promise<void>;
  /** Asks the job to end; it cleans up first. */
  cancel(jobId: string): Promise<void>;
  /** Resolves when Temporal answers. */
  checkReachable(): Promise<void>;
}

/** Jobs from the moment they are accepted to long after their end. */
export interface JobsClient extends JobCalls {
  /** Jobs that wait for their start, then those that run, then those that ended; each newest first. */
  list(filter: JobFilter, page: { limit: number; cursor: string | undefined }): Promise<JobPage>;
  /** The emergency stop that holds all jobs; null while work goes on. */
  stop(): Promise<StopNotice | null>;
  /** How long a job waits for its turn. */
  waitOf(jobId: string): Promise<JobWait>;
}

/** Jobs as Temporal keeps them: from their start, for as long as it remembers them. */
export interface WorkflowJobs extends JobCalls {
  /** @returns false when the id is taken, by a running job or, as `reuseId` says, by one that ended. */
  start(job: JobStart): Promise<boolean>;
  /** Jobs that have not ended, newest first. Follows changes within about a second. */
  listOpen(filter: JobFilter, page: { limit: number; cursor: string | undefined }): Promise<JobPage>;
  /** The states of those of these jobs that have not ended. Follows changes within about a second. */
  openAmong(jobIds: readonly string[]): Promise<Map<string, JobState>>;
}

export type JobSignal =
  | { name: 'pause' }
  | { name: 'resume' }
  | { name: 'skip' }
  | { name: 'amend' }
  | { name: 'retry'; settings: object }
  | { name: 'change'; change: JobChange }
  | { name: 'park'; order: ParkOrder }
  | { name: 'unpark'; order: UnparkOrder };
