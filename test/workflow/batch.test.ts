import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createBatchActivities } from '../../src/activities/batch-activities.ts';
import { createListPlaylist } from '../../src/activities/list-playlist.ts';
import { Scratch } from '../../src/activities/scratch.ts';
import { LocalArtifactStore } from '../../src/adapters/local-store/local-artifact-store.ts';
import { testFolder } from '../support/test-folder.ts';
import { ErrorMapping } from '../../src/activities/error-mapping.ts';
import { createRepositories, type Repositories } from '../../src/adapters/postgres/create-repositories.ts';
import { openDatabase, type OpenDatabase } from '../../src/adapters/postgres/open-database.ts';
import { createBatchJobs } from '../../src/api/batches/batch-jobs.ts';
import { createTemporalBatches } from '../../src/api/batches/temporal-batches.ts';
import type { AnnounceEventInput } from '../../src/contracts/notifications.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import {
  BATCH_QUERY_COUNTS,
  BATCH_WAKE,
  VIDEO_BATCH,
  type BatchActivities,
  type VideoBatchInput,
} from '../../src/contracts/video-batch.ts';
import { numberEntries, type BatchCounts } from '../../src/domain/batch.ts';
import { ClipScribeError } from '../../src/domain/errors.ts';
import type { AcceptBatch } from '../../src/ports/batch-catalogue.ts';
import type { PlaylistReader } from '../../src/ports/playlist-reader.ts';
import type { CatalogueJob } from '../../src/ports/job-catalogue.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { jobInput, workflowCode } from '../support/workflow-harness.ts';

/** The real workflow on a real server, with the real steps over a real database; only the jobs are scripted. */
let environment: TestWorkflowEnvironment;
let database: OpenDatabase;
let repositories: Repositories;
let announced: AnnounceEventInput[];

beforeAll(async () => {
  environment = await startTemporal();
  database = await openDatabase({ folder: null });
  repositories = createRepositories(database.db);
});
afterAll(async () => {
  await environment.teardown();
  await database.close();
});
beforeEach(async () => {
  announced = [];
  await database.db.execute(sql`truncate jobs, usage, batches cascade`);
});

type Settle = 'completed' | 'failed' | 'cancelled';

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
  readonly #open = new Map<string, CatalogueJob>();
  #busy = Promise.resolve();

  constructor(script: JobScript) {
    this.#script = script;
  }

  /** Starts what was accepted, and ends what the script ends. */
  dispatch(): void {
    this.#busy = this.#busy.then(() => this.#dispatch());
  }

  async cancel(jobId: string): Promise<void> {
    if (await repositories.catalogue.withdraw(jobId)) return;
    const job = this.#open.get(jobId);
    if (job === undefined) throw new ClipScribeError('JobNotFound', 'There is no job with this id.');
    await this.#end(job, 'cancelled');
  }

  get idle(): Promise<void> {
    return this.#busy;
  }

  async #dispatch(): Promise<void> {
    for (const job of await repositories.catalogue.takeToStart({ limit: 100, staleAfterMs: 60_000 })) {
      await repositories.catalogue.confirmStarted(job.id);
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
    await repositories.catalogue.settle({
      ...{ id, operationId, state, title: `Title of ${id}`, durationSeconds: 60 },
      error: state === 'failed' ? error : null,
    });
    await workflows.wake(batchId ?? '');
  }
}

const workflows = {
  wake: (batchId: string) => createTemporalBatches(environment.client, () => Promise.resolve()).wake(batchId),
};

/** Workers of the queues that batches use, while `body` runs. */
async function withBatches<T>(script: JobScript, body: (jobs: ScriptedJobs) => Promise<T>): Promise<T> {
  const jobs = new ScriptedJobs(script);
  const playlists = { read: script.readPlaylist ?? (() => Promise.reject(new Error('No playlist.'))) };
  const store = new LocalArtifactStore(testFolder());
  const scratch = new Scratch(testFolder());
  const { acceptItem } = createBatchJobs({
    ...{ jobs: undefined as never, catalogue: repositories.catalogue, store: undefined as never },
    ...{ policy: jobInput().policy, allowLocalFiles: false, startSoon: () => undefined },
  });
  const steps = createBatchActivities({
    ...{ batches: repositories.batches, store },
    jobs: { acceptItem, cancel: (id) => jobs.cancel(id), startSoon: () => jobs.dispatch() },
  });
  const planNotifications = (input: AnnounceEventInput) => {
    announced.push(input);
    return Promise.resolve({ notifications: [] });
  };
  const connection = environment.nativeConnection;
  const workers = await Promise.all([
    Worker.create({
      ...{ connection, taskQueue: TASK_QUEUES.control, workflowBundle: await workflowCode() },
      ...{ activities: { listPlaylist: createListPlaylist({ playlists, store, scratch }) } },
      interceptors: { activity: [() => ({ inbound: new ErrorMapping() })] },
    }),
    Worker.create({
      ...{ connection, taskQueue: TASK_QUEUES.service },
      activities: { ...steps, ...script.steps?.(steps), planNotifications },
      interceptors: { activity: [() => ({ inbound: new ErrorMapping(Infinity) })] },
    }),
  ]);
  const running = workers.map((worker) => worker.run());
  try {
    return await body(jobs);
  } finally {
    await jobs.idle;
    workers.forEach((worker) => worker.shutdown());
    await Promise.all(running);
  }
}

type BatchHandle = WorkflowHandle<(input: VideoBatchInput) => Promise<BatchCounts>>;

let count = 0;

async function start(
  videos: number,
  { looksPerRun = 250, windowSize = 10, ...overrides }: Partial<AcceptBatch & VideoBatchInput> = {},
): Promise<{ batchId: string; handle: BatchHandle }> {
  const batchId = `batch_test_${process.pid}_${(count += 1)}`;
  const entries = Array.from({ length: videos }, (_, index) => ({
    ...{ line: index + 1, url: `https://example.org/${batchId}/${index}`, title: null },
  }));
  const batch: AcceptBatch = {
    ...{ id: batchId, userId: 'local', accountId: 'local', tier: null, name: 'urls.txt' },
    ...{ playlistUrl: null, settings: {}, priority: 2, ...overrides },
  };
  await repositories.batches.accept(batch, numberEntries(entries));
  const input: VideoBatchInput = { batchId, userId: batch.userId, windowSize, looksPerRun };
  const handle = await environment.client.workflow.start(VIDEO_BATCH, {
    ...{ workflowId: batchId, taskQueue: TASK_QUEUES.control, args: [input] },
  });
  return { batchId, handle };
}

/** What was told of the end of a batch, once it was. */
async function announcementOf(batchId: string): Promise<AnnounceEventInput> {
  const told = () => announced.filter(({ event }) => event.data.id === batchId);
  await expect.poll(told, { timeout: 30_000 }).toHaveLength(1);
  return told()[0] as AnnounceEventInput;
}

const stateOf = async (batchId: string): Promise<string | undefined> =>
  (await repositories.batches.find(batchId))?.state;

describe('a batch', () => {
  test('of a thousand videos slides its window over all of them, in runs with short histories', async () => {
    await withBatches({}, async (jobs) => {
      const { batchId, handle } = await start(1000, { windowSize: 50, looksPerRun: 8 });
      const first = await handle.describe();
      expect(await handle.result()).toMatchObject({ total: 1000, completed: 1000 });
      expect(jobs.mostOpen).toBeLessThanOrEqual(50);
      expect(await stateOf(batchId)).toBe('completed');
      const last = await environment.client.workflow.getHandle(batchId).describe();
      expect(last.runId).not.toBe(first.runId);
      expect(last.historyLength).toBeLessThan(1000);
      expect(last.raw.workflowExecutionInfo?.historySizeBytes?.toNumber()).toBeLessThan(256 * 1024);
      expect(await announcementOf(batchId)).toMatchObject({
        userId: 'local',
        event: { type: 'batch.complete', data: { videoCount: 1000, durationSeconds: 60_000 } },
      });
    });
  }, 600_000);

  test('goes on past videos that fail, and says so', async () => {
    const end = ({ source }: CatalogueJob): Settle => (/[13]$/.test(source) ? 'failed' : 'completed');
    await withBatches({ end }, async () => {
      const { batchId, handle } = await start(5, { windowSize: 2 });
      expect(await handle.result()).toMatchObject({ completed: 3, failed: 2 });
      expect((await announcementOf(batchId)).event.data.title).toBe(
        'urls.txt: 3 of 5 videos completed · 2 failed',
      );
    });
  });

  test('never has more videos open than its window, and accepts the next as one ends', async () => {
    const mayEnd = new Set<string>();
    const end = ({ source }: CatalogueJob): Settle | undefined =>
      mayEnd.has(source.split('/').at(-1) ?? '') ? 'completed' : undefined;
    await withBatches({ end }, async (jobs) => {
      const { handle } = await start(4, { windowSize: 2 });
      const counts = () => handle.query<BatchCounts | null>(BATCH_QUERY_COUNTS);
      await expect.poll(counts, { timeout: 30_000 }).toMatchObject({ waiting: 2 });
      mayEnd.add('0');
      jobs.dispatch();
      await expect.poll(counts, { timeout: 30_000 }).toMatchObject({ completed: 1, waiting: 1 });
      for (const name of ['1', '2', '3']) mayEnd.add(name);
      jobs.dispatch();
      expect(await handle.result()).toMatchObject({ completed: 4 });
      expect(jobs.mostOpen).toBe(2);
    });
  });

  test('waits while all work is stopped, and loses nothing', async () => {
    let refusals = 3;
    const steps = (real: BatchActivities): Partial<BatchActivities> => ({
      fillWindow: (input) => {
        refusals -= 1;
        if (refusals >= 0)
          throw new ClipScribeError('EmergencyStop', 'All work is stopped.', { retryAfterSeconds: 0.1 });
        return real.fillWindow(input);
      },
    });
    await withBatches({ steps }, async () => {
      const { handle } = await start(2);
      expect(await handle.result()).toMatchObject({ completed: 2 });
    });
    expect(refusals).toBeLessThan(0);
  });

  test('is cancelled by its user: jobs end first, what is completed stays', async () => {
    const end = ({ source }: CatalogueJob): Settle | undefined =>
      source.endsWith('/0') ? 'completed' : undefined;
    await withBatches({ end }, async () => {
      const { batchId, handle } = await start(6, { windowSize: 3 });
      await expect
        .poll(() => repositories.batches.counts([batchId]), { timeout: 30_000 })
        .toMatchObject([{ completed: 1, running: 3 }]);
      await repositories.batches.requestCancel(batchId);
      await handle.signal(BATCH_WAKE);
      expect(await handle.result()).toMatchObject({ completed: 1, cancelled: 5 });
      expect(await stateOf(batchId)).toBe('cancelled');
      const announcement = environment.client.workflow.getHandle(`${batchId}-complete-1`);
      await expect(announcement.describe()).rejects.toThrow(WorkflowNotFoundError);
    });
  });

  test('of a playlist lists its videos first, once', async () => {
    let reads = 0;
    const readPlaylist: PlaylistReader['read'] = () => {
      reads += 1;
      if (reads === 1) throw new ClipScribeError('NetworkFailure', 'The connection broke.');
      const entry = (name: string) => ({ url: `https://example.org/list/${name}`, title: `Talk ${name}` });
      return Promise.resolve({ title: 'All talks', entries: [entry('a'), entry('b'), entry('a')] });
    };
    await withBatches({ readPlaylist }, async () => {
      const { batchId, handle } = await start(0, { name: null, playlistUrl: 'https://example.org/list' });
      expect(await handle.result()).toMatchObject({ total: 3, completed: 2, duplicate: 1 });
      expect(await repositories.batches.find(batchId)).toMatchObject({ name: 'All talks', isListed: true });
    });
    expect(reads).toBe(2);
  });

  test('of a playlist that is none fails, says why, and can be tried again', async () => {
    let isThere = false;
    const readPlaylist: PlaylistReader['read'] = () =>
      isThere
        ? Promise.resolve({ title: null, entries: [{ url: 'https://example.org/list/c', title: null }] })
        : Promise.reject(new ClipScribeError('UnsupportedSite', 'No video was found at this address.'));
    await withBatches({ readPlaylist }, async () => {
      const { batchId, handle } = await start(0, { playlistUrl: 'https://example.org/none' });
      expect(await handle.result()).toMatchObject({ total: 0 });
      expect(await repositories.batches.find(batchId)).toMatchObject({
        ...{ state: 'failed', error: { code: 'UnsupportedSite' } },
      });
      expect((await announcementOf(batchId)).event.data.error).toMatchObject({ code: 'UnsupportedSite' });
      isThere = true;
      await repositories.batches.retry(batchId, true);
      const [owed] = await repositories.batches.owedStarts(10);
      if (owed === undefined) throw new Error('No start is owed.');
      await createTemporalBatches(environment.client, () => Promise.resolve()).start(owed);
      await expect.poll(() => stateOf(batchId), { timeout: 30_000 }).toBe('completed');
    });
  });

  test('is cancelled with its workflow, too', async () => {
    await withBatches({ end: () => undefined }, async () => {
      const { batchId, handle } = await start(6, { windowSize: 3 });
      await expect
        .poll(() => repositories.batches.counts([batchId]), { timeout: 30_000 })
        .toMatchObject([{ running: 3 }]);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(/cancel/i);
      expect(await stateOf(batchId)).toBe('cancelled');
      expect(await repositories.batches.openJobs(batchId)).toEqual([]);
    });
  });
});
