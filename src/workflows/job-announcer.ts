import type { JobInput } from '../contracts/job-input.ts';
import { isTerminal, type JobError, type JobState } from '../domain/job.ts';
import { jobEvent, type JobEventType } from '../domain/notification-event.ts';
import { announce } from './announce.ts';

/** What people are told of a job. */
interface AnnouncedJob {
  readonly input: Pick<JobInput, 'jobId' | 'userId' | 'account'>;
  readonly name: string | null;
  readonly durationSeconds: number | null;
  readonly state: JobState;
  readonly error: JobError | null;
  readonly ledger: { readonly costUsd: number };
  readonly completeEvent: JobEventType;
  readonly isAnnounced: boolean;
}

/** Tells people of one job, where it works for an account (B5). */
export class JobAnnouncer {
  readonly #job: AnnouncedJob;
  #announced = 0;

  constructor(job: AnnouncedJob) {
    this.#job = job;
  }

  async announce(type: JobEventType, error: JobError | null = null): Promise<void> {
    const { input, name, durationSeconds, ledger } = this.#job;
    const { account, jobId, userId } = input;
    if (!account || !this.#job.isAnnounced) return;
    this.#announced += 1;
    await announce({
      eventId: `${jobId}-${type}-${account.operationId}-${this.#announced}`,
      userId,
      event: jobEvent(type, new Date(), {
        ...{ id: jobId, title: name, durationSeconds },
        ...{ costUsd: ledger.costUsd, error },
      }),
    });
  }

  /** Tells how the job has ended. */
  async announceEnd(): Promise<void> {
    const { state, error, completeEvent } = this.#job;
    if (!isTerminal(state)) return;
    const ends = { completed: completeEvent, failed: 'job.failed', cancelled: 'job.cancelled' } as const;
    await this.announce(ends[state], error);
  }
}
