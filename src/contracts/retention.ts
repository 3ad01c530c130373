import type { ActivityOptions } from '@temporalio/workflow';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { RetentionArea, RetentionCount } from '../domain/retention.ts';
import { TASK_QUEUES } from './task-queues.ts';

/** The workflow's type name, and the id of the schedule that starts it every night. */
export const APPLY_RETENTION = 'applyRetention';
export const RETENTION_SCHEDULE_ID = 'clipscribe-retention';

export interface ApplyRetentionInput {
  /** Older objects are removed. */
  days: number;
  /** Only counts. */
  dryRun: boolean;
}

export interface RemoveExpiredInput {
  area: RetentionArea;
  /** RFC 3339. */
  storedBefore: string;
  dryRun: boolean;
  /** Keys that are kept however old they are. Absent from runs that began before these were asked for. */
  needed?: ArtifactRef | undefined;
}

/** Steps on the service queue. */
export interface RetentionServiceActivities {
  /**
   * Lists what jobs need that have not ended: every key that a job's request or its workflow's history names. Each
   * call lists anew.
   */
  listNeeded(): Promise<ArtifactRef>;
  /** No longer counts unused uploads whose file did not come, or is gone. Idempotent. */
  forgetMissingUploads(): Promise<void>;
}

export interface RetentionActivities {
  /**
   * Removes the old objects of one area page by page, or counts them. Heartbeats the last key of each page, from
   * which the next attempt goes on, with the counts so far. Idempotent: what is gone is not found again.
   */
  removeExpired(input: RemoveExpiredInput): Promise<RetentionCount>;
}

/**
 * A bucket with millions of objects takes hours to look through; pages are short, so silence means death.
 * `StorageDenied` is not retried (the activity says so), passing trouble is, till the next night.
 */
export const REMOVE_EXPIRED_POLICY = {
  startToCloseTimeout: '6h',
  scheduleToCloseTimeout: '20h',
  heartbeatTimeout: '1m',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '10s', backoffCoefficient: 2, maximumInterval: '10m', maximumAttempts: 30 },
} satisfies ActivityOptions;

/**
 * Histories of jobs are read one by one. Without the answer nothing is removed, so that is waited for till the next
 * night.
 */
export const RETENTION_SERVICE_POLICY = {
  taskQueue: TASK_QUEUES.service,
  startToCloseTimeout: '2h',
  scheduleToCloseTimeout: '20h',
  heartbeatTimeout: '1m',
  retry: { initialInterval: '10s', backoffCoefficient: 2, maximumInterval: '10m' },
} satisfies ActivityOptions;
