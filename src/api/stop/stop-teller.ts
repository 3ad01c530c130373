import { ClipScribeError } from '../../domain/errors.ts';
import type { HeldJob, JobCatalogue } from '../../ports/job-catalogue.ts';
import type { StopEvent, StopSwitch } from '../../ports/stop-switch.ts';
import type { JobSignal, WorkflowJobs } from '../jobs/jobs-client.ts';
import { noticeOf } from './stop-notice.ts';

/** Jobs that are told side by side. */
const BATCH = 50;

/**
 * Tells running jobs of an emergency stop and of its end. What one process does not get done, the next run makes up
 * for, in this process or another one: orders are numbered, so that one that comes twice or late does nothing.
 */
export class StopTeller {
  readonly #jobs: WorkflowJobs;
  readonly #catalogue: JobCatalogue;
  readonly #stopSwitch: StopSwitch;
  #running: Promise<void> | undefined;
  /** Who knows of the newest event from this process. */
  #told: { number: number; jobIds: Set<string> } = { number: 0, jobIds: new Set() };

  /** @param jobs the jobs as Temporal holds them */
  constructor(jobs: WorkflowJobs, catalogue: JobCatalogue, stopSwitch: StopSwitch) {
    this.#jobs = jobs;
    this.#catalogue = catalogue;
    this.#stopSwitch = stopSwitch;
  }

  /**
   * Tells every running job of the newest event, unless all know.
   *
   * @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable; the rest is told by the next run then
   */
  tell(): Promise<void> {
    return (this.#running ??= this.#tellAll().finally(() => {
      this.#running = undefined;
    }));
  }

  /** Tells a job whose workflow was just started, which a stop in the meantime could not know of. */
  async tellStarted(jobId: string): Promise<void> {
    const event = await this.#stopSwitch.last();
    if (event?.action === 'stop') await this.#jobs.signal(jobId, signalOf(event));
  }

  async #tellAll(): Promise<void> {
    const event = await this.#stopSwitch.last();
    if (event === undefined || event.toldAt !== null) return;
    if (this.#told.number !== event.number) this.#told = { number: event.number, jobIds: new Set() };
    let allKnow = true;
    let after: string | undefined;
    do {
      const page: HeldJob[] = await this.#catalogue.heldByTemporal({ limit: BATCH, after });
      const answers = await Promise.all(page.map((job) => this.#tellJob(job, event)));
      allKnow &&= answers.every(Boolean);
      after = page.length < BATCH ? undefined : page.at(-1)?.id;
    } while (after !== undefined);
    if (allKnow) await this.#stopSwitch.confirmTold(event.number);
  }

  /** @returns false for a job whose workflow may be about to start */
  async #tellJob({ id, state, startedAt }: HeldJob, event: StopEvent): Promise<boolean> {
    if (this.#told.jobIds.has(id)) return true;
    try {
      await this.#jobs.signal(id, signalOf(event));
    } catch (error) {
      if (!ClipScribeError.is(error) || error.code !== 'JobNotFound') throw error;
      return state === 'accepted' || startedAt !== null;
    }
    this.#told.jobIds.add(id);
    return true;
  }
}

function signalOf(event: StopEvent): JobSignal {
  const { number } = event;
  const notice = noticeOf(event);
  return notice === null
    ? { name: 'unpark', order: { number } }
    : { name: 'park', order: { number, notice } };
}
