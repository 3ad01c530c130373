import type { Grain, QueueSample } from '../domain/queue-history.ts';

/** A sample with the beginning of its minute or hour. */
export interface DatedSample {
  at: Date;
  sample: QueueSample;
}

/** What the database itself tells of jobs at a moment and in the minute before. */
export interface MinuteOfJobs {
  /** Jobs that wait for their turn. */
  waiting: number;
  /** How long the one has waited that waits longest, in seconds; null while none does. */
  oldestWaitingSeconds: number | null;
  started: number;
  completed: number;
  failed: number;
  cancelled: number;
}

/**
 * How the queues were, a minute's grain for a week and an hour's for a year (S3). Every call rejects with
 * ClipScribeError `DatabaseUnavailable` while the database cannot be reached.
 */
export interface QueueHistory {
  /** Whether nobody has kept this minute yet. */
  lacks(minute: Date): Promise<boolean>;
  /** Counts of the minute that begins then, and what waits now. */
  jobsOf(minute: Date): Promise<MinuteOfJobs>;
  /** Keeps a minute. Of several processes that do so at once the first one's is kept. */
  keep(minute: Date, sample: QueueSample): Promise<void>;
  /** Makes hours that are over of their minutes, and forgets what is too old. Can be repeated at any time. */
  rollUp(): Promise<void>;
  /** Those that begin from `from` on and before `to`, the oldest first. */
  read(options: { grain: Grain; from: Date; to: Date; limit: number }): Promise<DatedSample[]>;
}
