import type { JobInput } from '../../contracts/job-input.ts';
import type { JobChange, ParkOrder, UnparkOrder } from '../../contracts/jobs.ts';
import type { LiveChunk } from '../../contracts/video-intelligence.ts';
import type { StopNotice } from '../../domain/emergency-stop.ts';
import type { JobError, JobState, ProgressOfJob } from '../../domain/job.ts';
import type { JobKindName } from '../../domain/job-kinds.ts';
import type { Route } from '../../domain/route.ts';
import type { CatalogueJob } from '../../ports/job-catalogue.ts';
import type { Completion, JobWait } from '../queue/estimate-schemas.ts';
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
  /** Of the video; null while the catalogue does not know it. */
  title: string | null;
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

/** A job as Temporal tells of it. */
export interface WorkflowDescription extends JobDescription {
  /** Another one after everything that has happened to the workflow. */
  revision: string;
}

/** A job with its workflow's own answer, as of about the same moment. */
export interface ObservedJob {
  description: JobDescription;
  /** With what its kind adds; undefined while no worker is there to give it. */
  progress: ProgressOfJob | undefined;
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
  /** What the catalogue knows of a job. */
  find(jobId: string): Promise<CatalogueJob>;
  /** All that is known of a job. */
  observe(job: CatalogueJob): Promise<ObservedJob>;
  /** Jobs that wait for their start, then those that run, then those that ended; each newest first. */
  list(filter: JobFilter, page: { limit: number; cursor: string | undefined }): Promise<JobPage>;
  /** The emergency stop that holds all jobs; null while work goes on. */
  stop(): Promise<StopNotice | null>;
  /** How long a job waits for its turn; undefined where it does not. */
  waitOf(job: CatalogueJob): Promise<JobWait | undefined>;
  /** Progress that does not fall within a run; see `ShownProgress`. */
  atLeastAsShown(jobId: string, run: string | null, progress: number): number;
  /** When a job that runs will be done. */
  completionOf(job: JobDescription, progress: ProgressOfJob): Promise<Completion>;
}

export type OpenJob = Pick<JobRecord, 'status' | 'stage'>;

/** Jobs as Temporal keeps them: from their start, for as long as it remembers them. */
export interface WorkflowJobs extends JobCalls {
  describe(jobId: string): Promise<WorkflowDescription>;
  /**
   * The workflow's own answer, with what its kind adds, as of the description or later; undefined while no worker is
   * there to give it. The worker is asked only where something has happened since it answered last.
   */
  progress(job: WorkflowDescription): Promise<ProgressOfJob | undefined>;
  /** @returns false when the id is taken, by a running job or, as `reuseId` says, by one that ended. */
  start(job: JobStart): Promise<boolean>;
  /** Jobs that have not ended, newest first. Follows changes within about a second. */
  listOpen(filter: JobFilter, page: { limit: number; cursor: string | undefined }): Promise<JobPage>;
  /** Where those of these jobs stand that have not ended. Follows changes within about a second. */
  openAmong(jobIds: readonly string[]): Promise<Map<string, OpenJob>>;
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
