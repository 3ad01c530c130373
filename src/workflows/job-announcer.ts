import type { JobInput } from '../contracts/job-input.ts';
import { isTerminal, type JobError } from '../domain/job.ts';
import { jobEvent, type JobEventType } from '../domain/notification-event.ts';
import { announce } from './announce.ts';
import type { JobControl } from './job-control.ts';

/** What people are told of a job. */
interface AnnouncedJob extends Pick<JobControl<string, object>, 'state' | 'error' | 'ledger'> {
  readonly input: Pick<JobInput, 'jobId' | 'userId' | 'account'>;
  /** For people: its title, else what it is made of. */
  readonly name: string | null;
  readonly durationSeconds: number | null;
}

/** Tells people of one job, where it works for an account (B5). */
export class JobAnnouncer {
  readonly #job: AnnouncedJob;
  readonly #complete: JobEventType;
  #announced = 0;

  /** @param complete what is told when the job is done, which differs by kind */
  constructor(job: AnnouncedJob, complete: JobEventType) {
    this.#job = job;
    this.#complete = complete;
  }

  async announce(type: JobEventType, error: JobError | null = null): Promise<void> {
    const { input, name, durationSeconds, ledger } = this.#job;
    const { account, jobId, userId } = input;
    if (!account) return;
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
    const { state, error } = this.#job;
    if (!isTerminal(state)) return;
    const ends = { completed: this.#complete, failed: 'job.failed', cancelled: 'job.cancelled' } as const;
    await this.announce(ends[state], error);
  }
}
