import type { JobKindName } from '../domain/job-kinds.ts';
import type { TierName } from '../domain/tiers.ts';
import type { Usage } from './job-catalogue.ts';

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

/** What an account has used in a month. */
export interface AccountUse {
  /** The token's id, or the user's where there is no token. */
  accountId: string;
  /** Null where it is no token. */
  email: string | null;
  tier: TierName | null;
  videos: number;
  seconds: number;
  costUsd: number;
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
  /** The place among the waiting jobs of its account, 1 for the next one; undefined for a job that does not wait. */
  turnOf(jobId: string): Promise<number | undefined>;
  /** Ids of the jobs of an account that wait for their turn, in the order of turns. */
  waitingOf(accountId: string): Promise<string[]>;
  /** Jobs that wait for their turn: all, or those of one kind. */
  waitingJobs(kind?: JobKindName): Promise<number>;
  /** How long the jobs took that completed last, from start to end; null where none did in the last week. */
  meanJobSeconds(): Promise<number | null>;
  endedJobs(since: Date): Promise<EndedJobs>;
  /** In which nine in ten of the reels were made that were completed since then; null where there was none. */
  reelSeconds(since: Date): Promise<number | null>;
  /** Newest first. */
  failedJobs(limit: number): Promise<FailedJob[]>;
  tokens(): Promise<TokenCount[]>;
  /** The accounts that have used most in a month: by cost, then by length, then by number of videos. */
  heaviest(month: string, limit: number): Promise<AccountUse[]>;
  /** Of all accounts together. */
  usage(month: string): Promise<Usage>;
}
