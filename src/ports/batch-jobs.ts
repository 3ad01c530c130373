import type { Batch, BatchItem } from './batch-catalogue.ts';

/** The jobs that a batch makes of its videos. */
export interface BatchJobs {
  /**
   * Accepts the job of a video, or finds the one that the user has already. Idempotent for one attempt.
   *
   * @throws ClipScribeError QuotaExceeded, EmergencyStop, and those of a source that is none
   */
  acceptItem(batch: Batch, item: BatchItem): Promise<{ jobId: string; attached: boolean }>;
  /** @throws ClipScribeError JobNotFound where it has ended meanwhile */
  cancel(jobId: string): Promise<void>;
  /** Called when jobs were accepted. */
  startSoon(): void;
}
