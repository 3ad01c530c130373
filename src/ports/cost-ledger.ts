import type { Spending } from '../domain/cost-ceilings.ts';

/** What one stage of a job has cost since the last report. */
export interface StageCost {
  stage: string;
  model: string | null;
  /** Seconds of work. */
  seconds: number;
  costUsd: number;
}

/** A report of a job's run. */
export interface CostReport {
  jobId: string;
  runId: string;
  /** Counts the reports of the run: the same one again changes nothing. */
  report: number;
  accountId: string;
  stages: readonly StageCost[];
}

/** A ceiling that came near or was reached: once in its day or month. */
export interface CostAlert {
  /** A token's id, or `installation`. */
  scope: string;
  /** `2026-11-24` or `2026-11`. */
  period: string;
  /** 80 or 100 */
  percent: number;
  limitUsd: number;
  usedUsd: number;
  at: Date;
}

/** A ceiling that came near, of which nobody was told yet. */
export interface OwedWarning extends CostAlert {
  /** Of the token's user; null for the installation. */
  userId: string | null;
}

/**
 * What work has cost (H6), to the micro-dollar, and the ceilings that it is held against. Days and months are UTC's.
 * Every call rejects with ClipScribeError `DatabaseUnavailable` while the database cannot be reached.
 */
export interface CostLedger {
  /**
   * Keeps a report, adds it to the use of its account and to its job, and notes ceilings that came near or were
   * reached. Idempotent.
   *
   * @returns where the account and the installation stand under their ceilings now
   */
  report(report: CostReport): Promise<Spending[]>;
  /** Where an account and the installation stand under their ceilings. */
  spendings(accountId: string): Promise<Spending[]>;
  /** Of the installation, today and this month, under a ceiling or not. */
  total(): Promise<{ dayUsd: number; monthUsd: number }>;
  /** Of the installation, from one moment until before another, in US dollars. */
  spentBetween(since: Date, until: Date): Promise<number>;
  /** Stages that cost money lately, in this installation. */
  paidStages(): Promise<string[]>;
  /** Newest first. */
  alerts(limit: number): Promise<CostAlert[]>;
  /** Ceilings that came near within the last day, and that nobody was told of yet. */
  owedWarnings(): Promise<OwedWarning[]>;
  /** It was told. Idempotent. */
  confirmWarned(warning: CostAlert): Promise<void>;
}
