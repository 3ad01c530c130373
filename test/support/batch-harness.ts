import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { createBatchActivities } from '../../src/activities/batch-activities.ts';
import { createListPlaylist } from '../../src/activities/list-playlist.ts';
import { Scratch } from '../../src/activities/scratch.ts';
import { LocalArtifactStore } from '../../src/adapters/local-store/local-artifact-store.ts';
import { testFolder } from './test-folder.ts';
import { ErrorMapping } from '../../src/activities/error-mapping.ts';
import { createRepositories, type Repositories } from '../../src/adapters/postgres/create-repositories.ts';
import { openDatabase, type OpenDatabase } from '../../src/adapters/postgres/open-database.ts';
import { createBatchJobs } from '../../src/api/batches/batch-jobs.ts';
import { createTemporalBatches } from '../../src/api/batches/temporal-batches.ts';
import type { AnnounceEventInput } from '../../src/contracts/notifications.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { VIDEO_BATCH, type BatchActivities, type VideoBatchInput } from '../../src/contracts/video-batch.ts';
import { numberEntries, type BatchCounts } from '../../src/domain/batch.ts';
import { ClipScribeError } from '../../src/domain/errors.ts';
import type { AcceptBatch } from '../../src/ports/batch-catalogue.ts';
import type { PlaylistReader } from '../../src/ports/playlist-reader.ts';
import type { CatalogueJob } from '../../src/ports/job-catalogue.ts';
import { startTemporal } from './temporal-server.ts';
import { jobInput, workflowCode } from './workflow-harness.ts';

export type Settle = 'completed' | 'failed' | 'cancelled';

/** What becomes of jobs. */
interface JobScript {
  /** The end of a job that has started; undefined: it goes on. */
  end?: (job: CatalogueJob) => Settle | undefined;
  steps?: (steps: BatchActivities) => Partial<BatchActivities>;
  readPlaylist?: PlaylistReader['read'];
}

/** Jobs that run, and how many of them did at once at most. */
class ScriptedJobs {
  mostOpen = 0;
  readonly #script: JobScript;
  readonly #batches: BatchHarness;
  readonly #open = new Map<string, CatalogueJob>();
  #busy = Promise.resolve();

  constructor(script: JobScript, batches: BatchHarness) {
    this.#script = script;
    this.#batches = batches;
  }

  /** Starts what was accepted, and ends what the script ends. */
  dispatch(): void {
    this.#busy = this.#busy.then(() => this.#dispatch());
  }

  async cancel(jobId: string): Promise<void> {
    if (await this.#batches.repositories.catalogue.withdraw(jobId)) return;
    const job = this.#open.get(jobId);
    if (job === undefined) throw new ClipScribeError('JobNotFound', 'There is no job with this id.');
    await this.#end(job, 'cancelled');
  }

  get idle(): Promise<void> {
    return this.#busy;
  }

  async #dispatch(): Promise<void> {
    for (const job of await this.#batches.repositories.catalogue.takeToStart({
      limit: 100,
      staleAfterMs: 60_000,
    })) {
      await this.#batches.repositories.catalogue.confirmStarted(job.id);
      this.#open.set(job.id, job);
    }
    this.mostOpen = Math.max(this.mostOpen, this.#open.size);
    for (const job of [...this.#open.values()]) {
      const state = (this.#script.end ?? (() => 'completed'))(job);
      if (state !== undefined) await this.#end(job, state);
    }
  }

  async #end({ id, operationId, batchId }: CatalogueJob, state: Settle): Promise<void> {
    this.#open.delete(id);
    const error = { code: 'CorruptMedia', message: 'It is damaged.', stage: 'acquire' };
    await this.#batches.repositories.catalogue.settle({
      ...{ id, operationId, state, title: `Title of ${id}`, durationSeconds: 60 },
      error: state === 'failed' ? error : null,
    });
    await this.#batches.wake(batchId ?? '');
  }
}

type BatchHandle = WorkflowHandleWithFirstExecutionRunId<(input: VideoBatchInput) => Promise<BatchCounts>>;

/**
 * Batches by the real workflow on a real server, with the real steps over a real database; only the jobs are scripted.
 */
export class BatchHarness {
  readonly environment: TestWorkflowEnvironment;
  readonly repositories: Repositories;
  announced: AnnounceEventInput[] = [];
  readonly #database: OpenDatabase;
  #count = 0;

  private constructor(environment: TestWorkflowEnvironment, database: OpenDatabase) {
    this.environment = environment;
    this.#database = database;
    this.repositories = createRepositories(database.db);
  }

  static async create(): Promise<BatchHarness> {
    return new BatchHarness(await startTemporal(), await openDatabase({ folder: null }));
  }

  /** Forgets all jobs, batches and announcements. */
  async clear(): Promise<void> {
    this.announced = [];
    await this.#database.db.execute(sql`truncate jobs, usage, batches cascade`);
  }

  async close(): Promise<void> {
    await this.environment.teardown();
    await this.#database.close();
  }

  wake(batchId: string): Promise<void> {
    return createTemporalBatches(this.environment.client, () => Promise.resolve()).wake(batchId);
  }

  /** Workers of the queues that batches use, while `body` runs. */
  async run<T>(
    script: JobScript,
    body: (jobs: ScriptedJobs, store: LocalArtifactStore) => Promise<T>,
  ): Promise<T> {
    const jobs = new ScriptedJobs(script, this);
    const playlists = { read: script.readPlaylist ?? (() => Promise.reject(new Error('No playlist.'))) };
    const store = new LocalArtifactStore(testFolder());
    const scratch = new Scratch(testFolder());
    const { acceptItem } = createBatchJobs({
      ...{ jobs: undefined as never, catalogue: this.repositories.catalogue, store },
      ...{ policy: jobInput().policy, allowLocalFiles: false, startSoon: () => undefined },
    });
    const steps = createBatchActivities({
      ...{ batches: this.repositories.batches, store },
      jobs: { acceptItem, cancel: (id) => jobs.cancel(id), startSoon: () => jobs.dispatch() },
    });
    const planNotifications = (input: AnnounceEventInput) => {
      this.announced.push(input);
      return Promise.resolve({ notifications: [] });
    };
    const connection = this.environment.nativeConnection;
    const workers = await Promise.all([
      Worker.create({
        ...{ connection, taskQueue: TASK_QUEUES.control, workflowBundle: await workflowCode() },
        ...{ activities: { listPlaylist: createListPlaylist({ playlists, store, scratch }) } },
        interceptors: { activity: [() => ({ inbound: new ErrorMapping() })] },
      }),
      Worker.create({
        ...{ connection, taskQueue: TASK_QUEUES.service, workflowBundle: await workflowCode() },
        activities: { ...steps, ...script.steps?.(steps), planNotifications },
        interceptors: { activity: [() => ({ inbound: new ErrorMapping(Infinity) })] },
      }),
    ]);
    const running = workers.map((worker) => worker.run());
    try {
      return await body(jobs, store);
    } finally {
      await jobs.idle;
      workers.forEach((worker) => worker.shutdown());
      await Promise.all(running);
    }
  }

  async start(
    videos: number,
    { looksPerRun = 250, windowSize = 10, ...overrides }: Partial<AcceptBatch & VideoBatchInput> = {},
  ): Promise<{ batchId: string; handle: BatchHandle }> {
    const batchId = `batch_test_${process.pid}_${(this.#count += 1)}`;
    const entries = Array.from({ length: videos }, (_, index) => ({
      ...{ line: index + 1, url: `https://example.org/${batchId}/${index}`, title: null },
    }));
    const batch: AcceptBatch = {
      ...{ id: batchId, userId: 'local', accountId: 'local', tier: null, name: 'urls.txt' },
      ...{ playlistUrl: null, settings: {}, priority: 2, ...overrides },
    };
    await this.repositories.batches.accept(batch, numberEntries(entries));
    const input: VideoBatchInput = { batchId, userId: batch.userId, windowSize, looksPerRun };
    const handle = await this.environment.client.workflow.start(VIDEO_BATCH, {
      ...{ workflowId: batchId, taskQueue: TASK_QUEUES.control, args: [input] },
    });
    return { batchId, handle };
  }

  /** What was told of the end of a batch, once it was. */
  async announcementOf(batchId: string): Promise<AnnounceEventInput> {
    const told = () => this.announced.filter(({ event }) => event.data.id === batchId);
    await expect.poll(told).toHaveLength(1);
    return told()[0] as AnnounceEventInput;
  }

  async stateOf(batchId: string): Promise<string | undefined> {
    return (await this.repositories.batches.find(batchId))?.state;
  }
}
