import type { JobError } from '../domain/job.ts';
import type { MeasuredRun } from '../domain/run-rates.ts';

/** How a run of a job ended. */
export interface SettleJobInput {
  jobId: string;
  /** The request that asked for the run. */
  operationId: string;
  state: 'completed' | 'failed' | 'cancelled';
  title: string | null;
  durationSeconds: number | null;
  /** Why it failed. */
  error: JobError | null;
  /** Those that it had at its end, for the next run; absent from runs that ended before this was told. */
  settings?: object;
  /** How long it took; null where that tells nothing about later runs. */
  run: MeasuredRun | null;
}

export interface ReopenJobInput {
  jobId: string;
  /** The request that asked for the run. */
  operationId: string;
}

export interface IndexTranscriptInput {
  jobId: string;
  userId: string;
}

/** What one stage of a job has cost since the last report. */
export interface ReportedStage {
  stage: string;
  model: string | null;
  /** Seconds of work. */
  seconds: number;
  costUsd: number;
}

export interface ReportCostsInput {
  jobId: string;
  runId: string;
  /** Counts the reports of the run, from 1. */
  report: number;
  accountId: string;
  /** Empty: a look at the ceilings only. */
  stages: ReportedStage[];
}
export interface ReportCostsResult {
  /** Under the lowest ceiling; null where there is none. */
  leftUsd: number | null;
  /** A sentence about a ceiling that is reached. */
  reached: string | null;
  /** Ceilings that are near, by name, each with a sentence about it. */
  near: { ceiling: string; warning: string }[];
}

/**
 * Steps that need the database of accounts. They run in the API's process, on the queue `service`. All are
 * idempotent, and are tried again for as long as the database is away.
 */
export interface ServiceActivities {
  /** Ends the job in the catalogue and settles its reservation with the true length (H5). Once per run. */
  settleJob(input: SettleJobInput): Promise<void>;
  /**
   * Takes back the end of a completed run, which goes on: the job takes up its turn and is told of an emergency stop.
   * Idempotent.
   *
   * @returns false where the job was started again in the meantime
   */
  reopenJob(input: ReopenJobInput): Promise<boolean>;
  /** Puts the transcript among the job's results into the search index, in the place of an earlier one. */
  indexTranscript(input: IndexTranscriptInput): Promise<void>;
  /** Keeps what stages have cost, and looks at the ceilings of the account and the installation (H6). */
  reportCosts(input: ReportCostsInput): Promise<ReportCostsResult>;
}
