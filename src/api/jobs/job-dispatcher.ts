import type { CostLedger } from '../../ports/cost-ledger.ts';
import type { CatalogueJob, HeldJob, JobCatalogue } from '../../ports/job-catalogue.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { boundsOf } from '../../domain/tiers.ts';
import type { AnnounceEnd } from '../notifications/announce-end.ts';
import { jobStartOf, type JobStart } from './job-start.ts';
import type { OpenJob, WorkflowJobs } from './jobs-client.ts';
import type { StopTeller } from '../stop/stop-teller.ts';

/** Workflows that are started side by side. */
const BATCH = 50;
/** Longer than a start lasts: whoever took the job has died. */
const STALE_AFTER_MS = 15_000;

/**
 * Starts what was accepted: the workflows of jobs whose turn it is. A start that fails, or whose process dies, is
 * made up for by the next run, in this process or another one.
 */
export class JobDispatcher {
  readonly #jobs: WorkflowJobs;
  readonly #catalogue: JobCatalogue;
  readonly #stopTeller: StopTeller;
  readonly #announceEnd: AnnounceEnd;
  readonly #costLedger: CostLedger;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param jobs the jobs as Temporal holds them */
  constructor(
    jobs: WorkflowJobs,
    catalogue: JobCatalogue,
    {
      stopTeller,
      costLedger,
      announceEnd,
    }: { stopTeller: StopTeller; costLedger: CostLedger; announceEnd: AnnounceEnd },
  ) {
    this.#jobs = jobs;
    this.#catalogue = catalogue;
    this.#stopTeller = stopTeller;
    this.#costLedger = costLedger;
    this.#announceEnd = announceEnd;
  }

  /**
   * Starts all jobs whose turn it is. Calls that come while it runs share one run behind it.
   *
   * @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable; the jobs wait for the next run then
   */
  dispatch(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    return (this.#next ??= this.#running.catch(() => undefined).then(() => this.#start()));
  }

  #start(): Promise<void> {
    this.#next = undefined;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const taken = await this.#catalogue.takeToStart({ limit: BATCH, staleAfterMs: STALE_AFTER_MS });
      if (taken.length === 0) return;
      const paidStages = await this.#costLedger.paidStages();
      const results = await Promise.allSettled(taken.map((job) => this.#startJob(job, paidStages)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      if (taken.length < BATCH) return;
    }
  }

  async #startJob(job: CatalogueJob, paidStages: string[]): Promise<void> {
    try {
      const start = asOfNow(job, paidStages);
      if ((await this.#jobs.start(start)) || (await this.#isThisRun(job))) {
        await this.#catalogue.confirmStarted(job.id);
      } else {
        // The run before it still cleans up.
        await this.#catalogue.putBack(job.id);
      }
    } catch (error) {
      await this.#catalogue.putBack(job.id);
      throw error;
    }
    // A stop that came since the job was taken may not know of it yet.
    await this.#stopTeller.tellStarted(job.id);
  }

  /** Whether the workflow that has the id is the one that we wanted to start. */
  async #isThisRun({ id, operationId }: CatalogueJob): Promise<boolean> {
    return (await this.#jobs.describe(id)).memo.operationId === operationId;
  }

  /**
   * Compares what the catalogue takes to be running with Temporal: jobs whose workflow ended without a word
   * (terminated by an operator) are settled, those that Temporal has lost are started anew, and of those that wait
   * for a person or for the user's own machine it is noted that they do.
   */
  async reconcile(): Promise<void> {
    let after: string | undefined;
    do {
      const page: HeldJob[] = await this.#catalogue.heldByTemporal({ limit: BATCH, after });
      const ids = page.map(({ id }) => id);
      const open = await this.#jobs.openAmong(ids);
      await this.#catalogue.noteAttention(
        ids,
        ids.filter((id) => open.get(id)?.status === 'needs_attention'),
      );
      const mayWait = ids.filter((id) => mayWaitForDownload(open.get(id)));
      const waits = await Promise.all(mayWait.map((id) => this.#waitsForDownload(id)));
      await this.#catalogue.noteDownloads(
        ids,
        mayWait.filter((_, index) => waits[index]),
      );
      for (const job of page) if (!open.has(job.id)) await this.#reconcileJob(job);
      after = page.length < BATCH ? undefined : page.at(-1)?.id;
    } while (after !== undefined);
  }

  /** Whether its next step is for a download worker of the user's, and none has taken it. */
  async #waitsForDownload(jobId: string): Promise<boolean> {
    try {
      const { pendingSteps } = await this.#jobs.describe(jobId);
      return pendingSteps.some(({ download }) => download === 'queued' || download === 'no-worker');
    } catch (error) {
      if (!ClipScribeError.is(error) || error.code !== 'JobNotFound') throw error;
      return false;
    }
  }

  async #reconcileJob({ id, operationId, startedAt }: HeldJob): Promise<void> {
    if (startedAt === null) return;
    try {
      const { status, closed, memo, durationSeconds } = await this.#jobs.describe(id);
      if (!closed || memo.operationId !== operationId) return;
      if (status !== 'completed' && status !== 'failed' && status !== 'cancelled') return;
      const end = { id, operationId, state: status, title: null, durationSeconds, error: null } as const;
      if (!(await this.#catalogue.settle(end)) || status === 'completed') return;
      const failed = status === 'failed';
      const error = failed ? await this.#jobs.failure(id) : null;
      const job = await this.#catalogue.find(id);
      if (job === undefined) return;
      await this.#announceEnd(job, failed ? 'job.failed' : 'job.cancelled', error);
    } catch (error) {
      if (!ClipScribeError.is(error) || error.code !== 'JobNotFound') throw error;
      await this.#catalogue.startAgain(id);
    }
  }
}

/** Before its media has come; only then is a job looked at one by one. */
const mayWaitForDownload = (job: OpenJob | undefined): boolean =>
  job?.status === 'running' && (job.stage === 'metadata' || job.stage === 'acquire');

/** What bounds the job and what costs money are known best when it starts, which may be long after it was submitted. */
function asOfNow(job: CatalogueJob, paidStages: string[]): JobStart {
  const start = jobStartOf(job);
  if (start.input.account === null) return start;
  const account = {
    ...start.input.account,
    ...boundsOf(job.tier),
    ...(paidStages.length === 0 ? {} : { paidStages }),
  };
  return { ...start, input: { ...start.input, account } };
}
