import type { JobError } from '../domain/job.ts';

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
}

export interface IndexTranscriptInput {
  jobId: string;
  userId: string;
}

/**
 * Steps that need the database of accounts. They run in the API's process, on the queue `service`. All are
 * idempotent, and are tried again for as long as the database is away.
 */
export interface ServiceActivities {
  /** Ends the job in the catalogue and settles its reservation with the true length (H5). Once per run. */
  settleJob(input: SettleJobInput): Promise<void>;
  /** Puts the transcript among the job's results into the search index, in the place of an earlier one. */
  indexTranscript(input: IndexTranscriptInput): Promise<void>;
}
