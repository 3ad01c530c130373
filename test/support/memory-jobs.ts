import type { LiveChunk } from '../../src/contracts/video-intelligence.ts';
import type { ArtifactRef } from '../../src/domain/artifact.ts';
import type { JobInput } from '../../src/contracts/job-input.ts';
import type { JobStart } from '../../src/api/jobs/job-start.ts';
import type {
  JobDescription,
  JobFilter,
  JobPage,
  JobSignal,
  OpenJob,
  WorkflowDescription,
  WorkflowJobs,
} from '../../src/api/jobs/jobs-client.ts';
import type { OpenJobs } from '../../src/api/queue/queue-probe.ts';
import { ClipScribeError } from '../../src/domain/errors.ts';
import {
  isTerminal,
  type JobError,
  type JobProgress,
  type JobState,
  type ProgressOfJob,
} from '../../src/domain/job.ts';
import { JOB_KINDS } from '../../src/domain/job-kinds.ts';

interface Stored {
  start: JobStart;
  description: WorkflowDescription;
  progress: Partial<ProgressOfJob>;
  failure: JobError | undefined;
  live: LiveChunk[];
}

/**
 * WorkflowJobs in memory, for tests of the routes alone: ids, reuse and missing jobs as Temporal has them. That
 * the real client does the same is tested against a real server.
 */
export class MemoryJobs implements WorkflowJobs {
  /** False: calls answer as when Temporal is away. */
  reachable = true;
  /** False: nobody answers queries. */
  hasWorker = true;
  readonly signals: { jobId: string; signal: JobSignal }[] = [];
  readonly #jobs = new Map<string, Stored>();

  async start(start: JobStart): Promise<boolean> {
    this.#checkReachable();
    const { kind, input, memo } = start;
    const before = this.#jobs.get(input.jobId);
    if (before !== undefined && (start.reuseId === 'never' || !isTerminal(before.description.status)))
      return false;
    this.#jobs.set(input.jobId, {
      start,
      description: {
        id: input.jobId,
        kind,
        status: 'queued',
        stage: JOB_KINDS[kind].stages[0],
        route: 'short',
        priority: input.priority,
        title: null,
        durationSeconds: null,
        createdAt: new Date('2026-11-22T12:00:00Z'),
        completedAt: null,
        closed: false,
        memo,
        pendingSteps: [],
        revision: '',
      },
      progress: {},
      failure: undefined,
      live: [],
    });
    return true;
  }

  async describe(jobId: string): Promise<WorkflowDescription> {
    return this.#find(jobId).description;
  }

  async listOpen(
    filter: JobFilter,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<JobPage> {
    this.#checkReachable();
    const matching = [...this.#jobs.values()].filter(
      ({ start, description }) =>
        start.input.userId === filter.userId &&
        (filter.status === undefined || description.status === filter.status) &&
        !isTerminal(description.status),
    );
    const from = Number(cursor ?? 0);
    return {
      jobs: matching.slice(from, from + limit).map(({ description }) => description),
      nextCursor: from + limit < matching.length ? String(from + limit) : null,
    };
  }

  async openAmong(jobIds: readonly string[]): Promise<Map<string, OpenJob>> {
    this.#checkReachable();
    return new Map(
      jobIds.flatMap((id): [string, OpenJob][] => {
        const description = this.#jobs.get(id)?.description;
        return description?.closed === false ? [[id, description]] : [];
      }),
    );
  }

  async progress({ id }: WorkflowDescription): Promise<ProgressOfJob | undefined> {
    const { description, progress } = this.#find(id);
    if (!this.hasWorker) return undefined;
    const answer: Omit<JobProgress, 'stage'> & { stage: string } = {
      state: description.status === 'queued' ? 'running' : description.status,
      stage: description.stage,
      progress: 0,
      route: description.route,
      title: 'A talk',
      durationSeconds: 100,
      acquiredSeconds: 0,
      acquireComplete: false,
      chunksTotal: 0,
      chunksDone: 0,
      chunksCached: 0,
      transcribedSeconds: 0,
      windowsTotal: 0,
      windowsDone: 0,
      startedAt: '2026-11-22T12:00:01.000Z',
      estimatedCompletion: null,
      error: null,
      notices: [],
      ...progress,
    };
    return answer;
  }

  async liveTranscript(jobId: string, from: number): Promise<LiveChunk[]> {
    return this.hasWorker ? this.#find(jobId).live.slice(from) : [];
  }

  /** Ends the next chunk. */
  transcribed(jobId: string, transcript: ArtifactRef | null): void {
    const { live } = this.#find(jobId);
    live.push({ index: live.length, start: live.length * 100, transcript });
    this.set(jobId, 'running', { stage: 'transcribe', chunksDone: live.length });
  }

  async input(jobId: string): Promise<JobInput | undefined> {
    return this.hasWorker ? this.#find(jobId).start.input : undefined;
  }

  async failure(jobId: string): Promise<JobError> {
    const { failure } = this.#find(jobId);
    if (failure === undefined) throw new Error('The job did not fail.');
    return failure;
  }

  async signal(jobId: string, signal: JobSignal): Promise<void> {
    this.#find(jobId);
    this.signals.push({ jobId, signal });
  }

  async cancel(jobId: string): Promise<void> {
    this.set(jobId, 'cancelled');
  }

  async checkReachable(): Promise<void> {
    this.#checkReachable();
  }

  /** Moves a job on, as a workflow would. */
  set(
    jobId: string,
    status: JobState,
    change: Partial<Omit<JobProgress, 'stage'> & JobDescription> & { failure?: JobError } = {},
  ): void {
    const { failure, pendingSteps, ...progress } = change;
    const job = this.#find(jobId);
    const stage = progress.stage ?? job.description.stage;
    job.description = {
      ...job.description,
      status,
      stage,
      pendingSteps: pendingSteps ?? [],
      closed: isTerminal(status),
      completedAt: isTerminal(status) ? new Date('2026-11-22T12:10:00Z') : null,
    };
    job.progress = { ...job.progress, ...progress };
    job.failure = failure;
  }

  /** How many jobs are in each of the states in which Temporal holds a job. */
  countOpen(): OpenJobs {
    const of = (state: JobState): number =>
      [...this.#jobs.values()].filter(({ description }) => description.status === state).length;
    return {
      queued: of('queued'),
      running: of('running'),
      paused: of('paused'),
      needs_attention: of('needs_attention'),
    };
  }

  /** What a job was started with. */
  startOf(jobId: string): JobStart {
    return this.#find(jobId).start;
  }

  get ids(): string[] {
    return [...this.#jobs.keys()];
  }

  #find(jobId: string): Stored {
    this.#checkReachable();
    const job = this.#jobs.get(jobId);
    if (job === undefined) throw new ClipScribeError('JobNotFound', 'There is no job with this id.');
    return job;
  }

  #checkReachable(): void {
    if (!this.reachable) throw new ClipScribeError('ServiceUnavailable', 'Temporal does not answer.');
  }
}
