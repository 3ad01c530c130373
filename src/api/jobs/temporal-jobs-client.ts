import {
  ApplicationFailure,
  QueryNotRegisteredError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { z } from 'zod';
import { TASK_QUEUES } from '../../contracts/task-queues.ts';
import { JOB_QUERIES, SEARCH_ATTRIBUTES } from '../../contracts/jobs.ts';
import { liveChunkSchema, QUERIES, SIGNALS, type LiveChunk } from '../../contracts/video-intelligence.ts';
import { jobInputSchema, type JobInput } from '../../contracts/job-input.ts';
import { ClipScribeError, ERRORS, isErrorCode } from '../../domain/errors.ts';
import { progressOfJobSchema, type JobError, type ProgressOfJob } from '../../domain/job.ts';
import { temporalPriorityKey } from '../../domain/priority.ts';
import { uiSummary, uiText } from '../../domain/ui-text.ts';
import { hasDownloadWorker } from '../downloads/has-download-worker.ts';
import { SharedReads } from '../shared-reads.ts';
import { inTrace } from '../trace.ts';
import type { JobStart } from './job-start.ts';
import type {
  JobFilter,
  JobPage,
  JobSignal,
  OpenJob,
  WorkflowDescription,
  WorkflowJobs,
} from './jobs-client.ts';
import { grpcCodeOf, withTemporalErrors } from './temporal-errors.ts';
import {
  jobRecordOf,
  openJobsQuery,
  pendingStepOf,
  revisionOf,
  runningAmongQuery,
  userOf,
} from './temporal-records.ts';
import { WorkflowAnswers } from './workflow-answers.ts';

/** Longer than any healthy answer; a client that waits longer is better served with a 503. */
const CALL_TIMEOUT_MS = 5000;
/** A query waits for a worker; without one the status is told without it. */
const QUERY_TIMEOUT_MS = 2500;
const GRPC_UNAVAILABLE = 14;
/** Whether a user's download worker is there is asked once in so long, however many jobs wait for it. */
const DOWNLOAD_WORKER_FRESH_MS = 1000;

/** Jobs over the Temporal client. */
export class TemporalJobsClient implements WorkflowJobs {
  readonly #client: Client;
  readonly #prepare: () => Promise<void>;
  readonly #progress = new WorkflowAnswers<ProgressOfJob>();
  readonly #downloadWorkers: SharedReads<boolean>;
  #prepared = false;

  /** @param prepare makes the namespace ready for jobs; awaited before the first job, until it succeeds */
  constructor(client: Client, prepare: () => Promise<void>) {
    this.#client = client;
    this.#prepare = prepare;
    this.#downloadWorkers = new SharedReads(
      (userId) => hasDownloadWorker(client, userId),
      DOWNLOAD_WORKER_FRESH_MS,
    );
  }

  async start({ kind, input, memo, sourceHash, reuseId, traceparent }: JobStart): Promise<boolean> {
    return this.#call(async () => {
      await this.#prepareOnce();
      try {
        await inTrace(traceparent, () =>
          this.#client.workflow.start(kind, {
            workflowId: input.jobId,
            taskQueue: TASK_QUEUES.control,
            args: [input],
            workflowIdConflictPolicy: 'FAIL',
            workflowIdReusePolicy: reuseId === 'never' ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE',
            priority: {
              priorityKey: temporalPriorityKey(input.priority),
              fairnessKey: input.userId,
              ...weightOf(input),
            },
            memo: { ...memo },
            typedSearchAttributes: [
              { key: SEARCH_ATTRIBUTES.user, value: input.userId },
              { key: SEARCH_ATTRIBUTES.source, value: sourceHash },
              { key: SEARCH_ATTRIBUTES.state, value: 'queued' },
              { key: SEARCH_ATTRIBUTES.priority, value: input.priority },
            ],
            staticSummary: summaryOf(memo.source),
            staticDetails: detailsOf(input, memo.source),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
        throw error;
      }
    });
  }

  async describe(jobId: string): Promise<WorkflowDescription> {
    const { raw } = await this.#call(() => this.#handle(jobId).describe());
    const info = raw.workflowExecutionInfo ?? {};
    const record = jobRecordOf(info);
    if (record === undefined) throw new ClipScribeError('JobNotFound', 'There is no job with this id.');
    const pendingSteps = (raw.pendingActivities ?? []).map(pendingStepOf);
    const waiting = pendingSteps.filter(({ download }) => download === 'queued');
    if (waiting.length > 0 && !(await this.#downloadWorkers.get(userOf(info))))
      for (const step of waiting) step.download = 'no-worker';
    return { ...record, pendingSteps, revision: revisionOf(info) };
  }

  async listOpen(
    filter: JobFilter,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<JobPage> {
    const answer = await this.#call(async () => {
      await this.#prepareOnce();
      return this.#client.workflowService.listWorkflowExecutions({
        namespace: this.#client.options.namespace,
        query: openJobsQuery(filter),
        pageSize: limit,
        nextPageToken: Buffer.from(cursor ?? '', 'base64url'),
      });
    });
    const token = Buffer.from(answer.nextPageToken ?? []);
    return {
      jobs: (answer.executions ?? []).map(jobRecordOf).filter((job) => job !== undefined),
      nextCursor: token.length === 0 ? null : token.toString('base64url'),
    };
  }

  async openAmong(jobIds: readonly string[]): Promise<Map<string, OpenJob>> {
    if (jobIds.length === 0) return new Map();
    const { executions } = await this.#call(() =>
      this.#client.workflowService.listWorkflowExecutions({
        namespace: this.#client.options.namespace,
        query: runningAmongQuery(jobIds),
        pageSize: jobIds.length,
      }),
    );
    return new Map(
      (executions ?? []).map((info) => [
        info.execution?.workflowId ?? '',
        jobRecordOf(info) ?? { status: 'running', stage: '' },
      ]),
    );
  }

  progress({ id, revision }: WorkflowDescription): Promise<ProgressOfJob | undefined> {
    return this.#progress.of(id, revision, async () =>
      progressOfJobSchema
        .loose()
        .optional()
        .parse(await this.#query(id, JOB_QUERIES.progress)),
    );
  }

  async liveTranscript(jobId: string, from: number): Promise<LiveChunk[]> {
    return z
      .array(liveChunkSchema)
      .default([])
      .parse(await this.#query(jobId, QUERIES.liveTranscript, from));
  }

  async input(jobId: string): Promise<JobInput | undefined> {
    return jobInputSchema.optional().parse(await this.#query(jobId, JOB_QUERIES.input));
  }

  async failure(jobId: string): Promise<JobError> {
    try {
      await this.#call(() => this.#handle(jobId).result());
    } catch (error) {
      const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
      if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) {
        return { code: cause.type, message: cause.message, stage: null };
      }
      if (!(error instanceof WorkflowFailedError)) throw error;
    }
    return { code: 'InternalError', message: `${ERRORS.InternalError.title}.`, stage: null };
  }

  async signal(jobId: string, signal: JobSignal): Promise<void> {
    await this.#call(() => this.#handle(jobId).signal(SIGNALS[signal.name], ...argumentsOf(signal)));
  }

  async cancel(jobId: string): Promise<void> {
    await this.#call(() => this.#handle(jobId).cancel());
  }

  async checkReachable(): Promise<void> {
    await this.#call(() =>
      this.#client.workflowService.describeNamespace({ namespace: this.#client.options.namespace }),
    );
  }

  /** The answer of the workflow, or undefined while no worker can give it. */
  async #query(jobId: string, name: string, ...args: unknown[]): Promise<unknown> {
    try {
      return await this.#client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () =>
        this.#handle(jobId).query(name, ...args),
      );
    } catch (error) {
      if (error instanceof QueryNotRegisteredError) return undefined;
      const code = grpcCodeOf(error);
      if (code === undefined || code === GRPC_UNAVAILABLE)
        return withTemporalErrors(() => Promise.reject(error));
      return undefined;
    }
  }

  async #prepareOnce(): Promise<void> {
    if (this.#prepared) return;
    await this.#prepare();
    this.#prepared = true;
  }

  #call<T>(work: () => Promise<T>): Promise<T> {
    return withTemporalErrors(() => this.#client.withDeadline(Date.now() + CALL_TIMEOUT_MS, work));
  }

  #handle(jobId: string): WorkflowHandle {
    return this.#client.workflow.getHandle(jobId);
  }
}

const argumentsOf = (signal: JobSignal): object[] => {
  if ('settings' in signal) return [signal.settings];
  if ('change' in signal) return [signal.change];
  return 'order' in signal ? [signal.order] : [];
};

const weightOf = ({ account }: JobInput): { fairnessWeight?: number } =>
  account === null ? {} : { fairnessWeight: account.weight };

/** One line for the list in the Temporal UI. */
const summaryOf = (source: string): string => {
  const name = source.split(/[/\\]/).findLast((part) => part !== '') ?? source;
  return uiSummary(name);
};

/** What the Temporal UI says of a job beside its progress. */
const detailsOf = ({ jobId, settings, priority }: JobInput, source: string): string =>
  [
    `Source: ${uiText(source).slice(0, 1000)}`,
    `Job: ${jobId}`,
    `Priority: ${priority} of 10`,
    ...Object.entries(settings).map(([name, value]) => `${name}: ${uiText(String(value))}`),
  ].join('\n\n');
