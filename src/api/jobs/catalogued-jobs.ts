import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { LiveChunk } from '../../contracts/video-intelligence.ts';
import type { JobInput } from '../../contracts/job-input.ts';
import type { StopNotice } from '../../domain/emergency-stop.ts';
import { ClipScribeError, ERRORS } from '../../domain/errors.ts';
import { isTerminal, type JobError, type JobState, type ProgressOfJob } from '../../domain/job.ts';
import { JOB_KINDS } from '../../domain/job-kinds.ts';
import { routeFor } from '../../domain/route.ts';
import type { CatalogueJob, CatalogueState, JobCatalogue } from '../../ports/job-catalogue.ts';
import type { StopSwitch } from '../../ports/stop-switch.ts';
import type { Expectations } from '../queue/expectations.ts';
import type { Turns } from '../queue/turns.ts';
import { completionOf } from './job-completion.ts';
import { waitOf } from './job-wait.ts';
import type { Completion, JobWait } from '../queue/estimate-schemas.ts';
import { noticeOf } from '../stop/stop-notice.ts';
import { kindOf } from './job-kinds.ts';
import type { AnnounceEnd } from '../notifications/announce-end.ts';
import { jobStartOf } from './job-start.ts';
import type {
  JobDescription,
  JobFilter,
  JobPage,
  JobRecord,
  JobsClient,
  JobSignal,
  ObservedJob,
  WorkflowJobs,
} from './jobs-client.ts';
import { ShownProgress } from './shown-progress.ts';
import { lastOf, pageCursors, rowPositionSchema } from './page-cursor.ts';

/** A start takes a fraction of a second; one whose process has died is made again later. */
const LONGEST_START_MS = 5000;
const START_POLL_MS = 50;

/** Where a list goes on: in which of its sources, and where there. */
const positionSchema = z.object({ source: z.number().int().min(0), cursor: z.string().nullable() });
const FIRST: z.infer<typeof positionSchema> = { source: 0, cursor: null };
const rowCursors = pageCursors(['rows'], rowPositionSchema);

interface Page {
  jobs: JobRecord[];
  /** Null: this source has no more. */
  next: string | null;
}
type Source = (limit: number, cursor: string | null) => Promise<Page>;

/**
 * Jobs over Temporal and the catalogue: what Temporal does not know yet, or no longer, the catalogue tells. What
 * runs is asked of Temporal alone, so that no state is held twice.
 */
export class CataloguedJobs implements JobsClient {
  readonly #workflows: WorkflowJobs;
  readonly #catalogue: JobCatalogue;
  readonly #stopSwitch: StopSwitch;
  readonly #turns: Turns;
  readonly #expectations: Expectations;
  readonly #announceEnd: AnnounceEnd;
  readonly #shownProgress = new ShownProgress();

  constructor(
    workflows: WorkflowJobs,
    {
      catalogue,
      stopSwitch,
      turns,
      expectations,
    }: {
      catalogue: JobCatalogue;
      stopSwitch: StopSwitch;
      turns: Turns;
      expectations: Expectations;
    },
    announceEnd: AnnounceEnd,
  ) {
    this.#workflows = workflows;
    this.#catalogue = catalogue;
    this.#stopSwitch = stopSwitch;
    this.#turns = turns;
    this.#expectations = expectations;
    this.#announceEnd = announceEnd;
  }

  async describe(jobId: string): Promise<JobDescription> {
    const row = await this.find(jobId);
    if (isToBeStarted(row)) return fromCatalogue(row);
    return this.#otherwise(
      async () => withRow(await this.#workflows.describe(jobId), row),
      () => fromCatalogue(row),
    );
  }

  async find(jobId: string): Promise<CatalogueJob> {
    const row = await this.#catalogue.find(jobId);
    if (row === undefined) throw new ClipScribeError('JobNotFound', 'There is no job with this id.');
    return row;
  }

  async observe(row: CatalogueJob): Promise<ObservedJob> {
    const unobserved = (): ObservedJob => ({ description: fromCatalogue(row), progress: undefined });
    if (isToBeStarted(row)) return unobserved();
    return this.#otherwise<ObservedJob>(async () => {
      const job = await this.#workflows.describe(row.id);
      return {
        description: withRow(job, row),
        progress: await this.#workflows.progress(job),
      };
    }, unobserved);
  }

  async list(
    filter: JobFilter,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<JobPage> {
    const sources = this.#sourcesOf(filter);
    // A position has its meaning among the sources of this status alone.
    const cursors = pageCursors(['jobs', filter.status ?? 'any'], positionSchema);
    let position = cursors.position(cursor) ?? FIRST;
    const jobs: JobRecord[] = [];
    while (jobs.length < limit) {
      const source = sources[position.source];
      if (source === undefined) return { jobs, nextCursor: null };
      const page = await source(limit - jobs.length, position.cursor);
      // A job that goes on while the list is read stands in two of its sources.
      jobs.push(...page.jobs.filter(({ id }) => jobs.every((job) => job.id !== id)));
      position =
        page.next === null
          ? { source: position.source + 1, cursor: null }
          : { source: position.source, cursor: page.next };
    }
    return { jobs, nextCursor: cursors.after(position.source < sources.length ? position : undefined) };
  }

  async liveTranscript(jobId: string, from: number): Promise<LiveChunk[]> {
    return this.#otherwise(
      () => this.#workflows.liveTranscript(jobId, from),
      () => [],
    );
  }

  async input(jobId: string): Promise<JobInput | undefined> {
    return this.#otherwise(
      () => this.#workflows.input(jobId),
      () => undefined,
    );
  }

  async failure(jobId: string): Promise<JobError> {
    const { error } = await this.find(jobId);
    if (error !== null) return error;
    return this.#otherwise(
      () => this.#workflows.failure(jobId),
      () => ({ code: 'InternalError', message: `${ERRORS.InternalError.title}.`, stage: null }),
    );
  }

  async signal(jobId: string, signal: JobSignal): Promise<void> {
    if (isToBeStarted(await this.find(jobId))) {
      throw new ClipScribeError(
        'ActionNotPossible',
        'The job still waits for its turn; it can be changed or cancelled, or left to wait.',
      );
    }
    try {
      await this.#workflows.signal(jobId, signal);
    } catch (error) {
      if (!ClipScribeError.is(error) || error.code !== 'JobNotFound') throw error;
      throw new ClipScribeError('ActionNotPossible', 'The job has just ended.', { cause: error });
    }
  }

  async cancel(jobId: string): Promise<void> {
    const deadlineMs = performance.now() + LONGEST_START_MS;
    while (!(await this.#catalogue.withdraw(jobId))) {
      // A job that is being started is neither the catalogue's to end, nor Temporal's yet.
      if (!isToBeStarted(await this.find(jobId))) return this.#workflows.cancel(jobId);
      if (performance.now() > deadlineMs)
        throw new ClipScribeError(
          'ServiceUnavailable',
          'The job is just being started; cancel it again in a few seconds.',
        );
      await delay(START_POLL_MS);
    }
    await this.#announceEnd(await this.find(jobId), 'job.cancelled', null);
    // A start that seemed to fail may have come through; that there is none, is the rule.
    await this.#workflows.cancel(jobId).catch(() => undefined);
  }

  async stop(): Promise<StopNotice | null> {
    return noticeOf(await this.#stopSwitch.last());
  }

  waitOf(job: CatalogueJob): Promise<JobWait | undefined> {
    return waitOf(this.#turns, this.#expectations, job);
  }

  atLeastAsShown(jobId: string, run: string | null, progress: number): number {
    return this.#shownProgress.atLeastAsShown(jobId, run, progress);
  }

  completionOf(job: JobDescription, progress: ProgressOfJob): Promise<Completion> {
    return completionOf(this.#expectations, job, progress);
  }

  checkReachable(): Promise<void> {
    return this.#workflows.checkReachable();
  }

  /** Temporal's answer, or another one where it does not know the job: not yet, or no longer. */
  async #otherwise<T>(ask: () => Promise<T>, otherwise: () => T): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (ClipScribeError.is(error) && error.code === 'JobNotFound') return otherwise();
      throw error;
    }
  }

  /** The sources of a list, one behind the other. */
  #sourcesOf({ userId, status }: JobFilter): Source[] {
    const rows = (states: readonly CatalogueState[]): Source => this.#rows(userId, states);
    const open = this.#open({ userId, status });
    if (status === undefined) return [rows(['accepted']), open, rows(['completed', 'failed', 'cancelled'])];
    if (status === 'queued') return [rows(['accepted']), open];
    return isTerminal(status) ? [rows([status])] : [open];
  }

  #rows(userId: string, states: readonly CatalogueState[]): Source {
    return async (limit, cursor) => {
      const before = rowCursors.position(cursor ?? undefined);
      const rows = await this.#catalogue.list({ userId, states }, { limit, before });
      return { jobs: rows.map(fromCatalogue), next: rowCursors.after(lastOf(rows, limit)) };
    };
  }

  #open(filter: { userId: string; status: JobState | undefined }): Source {
    return async (limit, cursor) => {
      const page = await this.#workflows.listOpen(filter, { limit, cursor: cursor ?? undefined });
      const rows = await this.#catalogue.findAll(page.jobs.map(({ id }) => id));
      const started = new Map(rows.filter(({ state }) => state === 'started').map((row) => [row.id, row]));
      const jobs = page.jobs.flatMap((job) => {
        // A job that has told its end is among the ended ones, though its workflow may not be closed yet.
        const row = started.get(job.id);
        return row === undefined ? [] : [withRow(job, row)];
      });
      return { jobs, next: page.nextCursor };
    };
  }
}

/** Until then Temporal knows nothing of this run, though it may still know the run before it. */
const isToBeStarted = ({ state, startedAt }: CatalogueJob): boolean =>
  state === 'accepted' || (state === 'started' && startedAt === null);

/** What the catalogue alone knows of a job that Temporal tells of. */
const withRow = <T extends JobRecord>(job: T, { createdAt, title }: CatalogueJob): T => ({
  ...job,
  ...{ createdAt, title },
});

/** A job that Temporal does not tell of. */
function fromCatalogue(row: CatalogueJob): JobDescription {
  const { kind, input, memo } = jobStartOf(row);
  const stages: readonly string[] = JOB_KINDS[kind].stages;
  const failedAt = stages.find((stage) => stage === row.error?.stage);
  const status: JobState = row.state === 'accepted' || row.state === 'started' ? 'queued' : row.state;
  return {
    id: row.id,
    kind,
    status,
    stage: (row.state === 'completed' ? stages.at(-1) : (failedAt ?? stages[0])) ?? '',
    route: routeFor(row.durationSeconds, kindOf(kind).longRouteFromSeconds?.(input) ?? Infinity),
    priority: row.priority,
    title: row.title,
    durationSeconds: row.durationSeconds,
    createdAt: row.createdAt,
    completedAt: row.endedAt,
    closed: isTerminal(status),
    memo,
    pendingSteps: [],
  };
}
