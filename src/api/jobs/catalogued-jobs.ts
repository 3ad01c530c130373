import { z } from 'zod';
import type { LiveChunk } from '../../contracts/video-intelligence.ts';
import type { JobInput } from '../../contracts/job-input.ts';
import type { StopNotice } from '../../domain/emergency-stop.ts';
import { ClipScribeError, ERRORS } from '../../domain/errors.ts';
import { isTerminal, type JobError, type JobState, type ProgressOfJob } from '../../domain/job.ts';
import { JOB_KINDS } from '../../domain/job-kinds.ts';
import { routeFor } from '../../domain/route.ts';
import type { CatalogueJob, CatalogueState, JobCatalogue } from '../../ports/job-catalogue.ts';
import type { Statistics } from '../../ports/statistics.ts';
import type { StopSwitch } from '../../ports/stop-switch.ts';
import { waitOf, type JobWait } from './job-wait.ts';
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
  WorkflowJobs,
} from './jobs-client.ts';
import { cursorOf, tokenOf } from './page-cursor.ts';

/** Where a list goes on: in which of its sources, and where there. */
const positionSchema = z.object({ source: z.number().int().min(0), cursor: z.string().nullable() });

interface Page {
  jobs: JobRecord[];
  /** Null: this source has no more. */
  next: string | null;
}
type Source = (limit: number, cursor: string | null) => Promise<Page>;

const rowCursorSchema = z.object({ createdAt: z.coerce.date(), id: z.string() });

/**
 * Jobs over Temporal and the catalogue: what Temporal does not know yet, or no longer, the catalogue tells. What
 * runs is asked of Temporal alone, so that no state is held twice.
 */
export class CataloguedJobs implements JobsClient {
  readonly #workflows: WorkflowJobs;
  readonly #catalogue: JobCatalogue;
  readonly #stopSwitch: StopSwitch;
  readonly #statistics: Statistics;
  readonly #announceEnd: AnnounceEnd;

  constructor(
    workflows: WorkflowJobs,
    {
      catalogue,
      stopSwitch,
      statistics,
    }: { catalogue: JobCatalogue; stopSwitch: StopSwitch; statistics: Statistics },
    announceEnd: AnnounceEnd,
  ) {
    this.#workflows = workflows;
    this.#catalogue = catalogue;
    this.#stopSwitch = stopSwitch;
    this.#statistics = statistics;
    this.#announceEnd = announceEnd;
  }

  async describe(jobId: string): Promise<JobDescription> {
    const row = await this.#find(jobId);
    if (isToBeStarted(row)) return fromCatalogue(row);
    return this.#otherwise(
      async () => ({ ...(await this.#workflows.describe(jobId)), createdAt: row.createdAt }),
      () => fromCatalogue(row),
    );
  }

  async list(
    filter: JobFilter,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<JobPage> {
    const sources = this.#sourcesOf(filter);
    let position = cursor === undefined ? { source: 0, cursor: null } : positionOf(cursor);
    const jobs: JobRecord[] = [];
    while (jobs.length < limit) {
      const source = sources[position.source];
      if (source === undefined) return { jobs, nextCursor: null };
      const page = await source(limit - jobs.length, position.cursor);
      jobs.push(...page.jobs);
      position =
        page.next === null
          ? { source: position.source + 1, cursor: null }
          : { source: position.source, cursor: page.next };
    }
    if (position.source >= sources.length) return { jobs, nextCursor: null };
    return { jobs, nextCursor: cursorOf(Buffer.from(JSON.stringify(position))) };
  }

  async progress(jobId: string): Promise<ProgressOfJob | undefined> {
    const row = await this.#find(jobId);
    if (isToBeStarted(row)) return undefined;
    return this.#otherwise(
      () => this.#workflows.progress(jobId),
      () => undefined,
    );
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
    const { error } = await this.#find(jobId);
    if (error !== null) return error;
    return this.#otherwise(
      () => this.#workflows.failure(jobId),
      () => ({ code: 'InternalError', message: `${ERRORS.InternalError.title}.`, stage: null }),
    );
  }

  async signal(jobId: string, signal: JobSignal): Promise<void> {
    if (isToBeStarted(await this.#find(jobId))) {
      throw new ClipScribeError(
        'ActionNotPossible',
        'The job still waits for its turn; it can be cancelled, or left to wait.',
      );
    }
    await this.#workflows.signal(jobId, signal);
  }

  async cancel(jobId: string): Promise<void> {
    if (await this.#catalogue.withdraw(jobId)) {
      await this.#announceEnd(await this.#find(jobId), 'job.cancelled', null);
    } else await this.#workflows.cancel(jobId);
  }

  async stop(): Promise<StopNotice | null> {
    return noticeOf(await this.#stopSwitch.last());
  }

  waitOf(jobId: string): Promise<JobWait> {
    return waitOf(this.#statistics, jobId);
  }

  checkReachable(): Promise<void> {
    return this.#workflows.checkReachable();
  }

  async #find(jobId: string): Promise<CatalogueJob> {
    const row = await this.#catalogue.find(jobId);
    if (row === undefined) throw new ClipScribeError('JobNotFound', 'There is no job with this id.');
    return row;
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
      const before = cursor === null ? undefined : rowCursorSchema.parse(JSON.parse(cursor));
      const rows = await this.#catalogue.list({ userId, states }, { limit, before });
      const last = rows.length < limit ? undefined : rows.at(-1);
      return {
        jobs: rows.map(fromCatalogue),
        next: last === undefined ? null : JSON.stringify({ createdAt: last.createdAt, id: last.id }),
      };
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
        return row === undefined ? [] : [{ ...job, createdAt: row.createdAt }];
      });
      return { jobs, next: page.nextCursor };
    };
  }
}

/** A cursor of ours as a position. */
function positionOf(cursor: string): z.infer<typeof positionSchema> {
  return positionSchema.parse(JSON.parse(tokenOf(cursor).toString()));
}

/** Until then Temporal knows nothing of this run, though it may still know the run before it. */
const isToBeStarted = ({ state, startedAt }: CatalogueJob): boolean =>
  state === 'accepted' || (state === 'started' && startedAt === null);

/** What the catalogue alone knows of a job. */
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
    route: routeFor(row.durationSeconds, kindOf(kind).longRouteFromSeconds(input)),
    priority: row.priority,
    durationSeconds: row.durationSeconds,
    createdAt: row.createdAt,
    completedAt: row.endedAt,
    closed: isTerminal(status),
    memo,
    pendingSteps: [],
  };
}
