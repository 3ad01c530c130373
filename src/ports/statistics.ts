import type { TierName } from '../domain/tiers.ts';
import type { Usage } from './job-catalogue.ts';

/** Where a job stands that waits for its turn. */
export interface Turn {
  /** Among the waiting jobs of its account, 1 for the next one. */
  position: number;
  accountId: string;
  tier: TierName | null;
}

export interface EndedJobs {
  completed: number;
  failed: number;
  cancelled: number;
}

/** A job that failed, without what it was about: other users' videos are nobody's business. */
export interface FailedJob {
  jobId: string;
  userId: string;
  code: string;
  message: string;
  stage: string | null;
  endedAt: Date;
}

export interface TokenCount {
  tier: TierName;
  /** Neither revoked nor expired. */
  valid: number;
  total: number;
}

/**
 * Numbers about the installation, over all users. Every call rejects with ClipScribeError `DatabaseUnavailable`
 * while the database cannot be reached.
 */
export interface Statistics {
  /** Undefined for a job that does not wait for its turn. */
  turnOf(jobId: string): Promise<Turn | undefined>;
  /** Jobs that wait for their turn. */
  waitingJobs(): Promise<number>;
  /** How long the jobs took that completed last, from start to end; null where none did in the last week. */
  meanJobSeconds(): Promise<number | null>;
  endedJobs(since: Date): Promise<EndedJobs>;
  /** Newest first. */
  failedJobs(limit: number): Promise<FailedJob[]>;
  tokens(): Promise<TokenCount[]>;
  /** Of all accounts together. */
  usage(month: string): Promise<Usage>;
}
