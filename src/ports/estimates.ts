import type { OutcomeOfEstimate } from '../domain/estimate-accuracy.ts';
import type { MeasuredRun } from '../domain/run-rates.ts';
import type { TierName } from '../domain/tiers.ts';
import type { Forecast, OpenJobs } from '../domain/wait-forecast.ts';

/** A run with what it was a run of. */
export interface KeptRun {
  jobId: string;
  operationId: string;
  kind: string;
  run: MeasuredRun;
}

/** A job that was submitted a moment ago. */
export interface NewcomerJob {
  jobId: string;
  operationId: string;
  accountId: string;
  tier: TierName | null;
  /** Among the waiting ones of its account, from 1; 0: its turn has come. */
  position: number;
}

/**
 * How long jobs took and were estimated to take. Every call rejects with ClipScribeError `DatabaseUnavailable` while
 * the database cannot be reached.
 */
export interface Estimates {
  /** Keeps how long a run took; once per run. */
  keepRun(run: KeptRun): Promise<void>;
  /** The runs that completed last, none of them older than a month, the newest first. */
  recentRuns(): Promise<(MeasuredRun & { kind: string })[]>;
  /** Jobs that wait or run, those together that are alike. Those that wait for a person, or rest, are left out. */
  openJobs(): Promise<OpenJobs[]>;
  /** Jobs of the last minute for which nothing was estimated yet. */
  newcomers(limit: number): Promise<NewcomerJob[]>;
  /** Keeps estimates; what was estimated first for a run stands. */
  keep(
    estimates: readonly (Pick<NewcomerJob, 'jobId' | 'operationId'> & Forecast & { measured: boolean })[],
  ): Promise<void>;
  /** The newest measured estimates, of jobs that have completed since and were held up by nobody. */
  outcomes(limit: number): Promise<OutcomeOfEstimate[]>;
  /** Forgets runs and estimates that are older than a month. */
  sweep(): Promise<void>;
}
