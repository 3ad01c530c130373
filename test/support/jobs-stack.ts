import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { ErrorMapping } from '../../src/activities/error-mapping.ts';
import { createPublishFiles } from '../../src/activities/publish-files.ts';
import { StageCache } from '../../src/activities/stage-cache.ts';
import { createArtifactStore } from '../../src/adapters/create-artifact-store.ts';
import { startServer } from '../../src/api/server.ts';
import { homeFolders } from '../../src/config/home.ts';
import { loadSettings, type Settings } from '../../src/config/settings.ts';
import { ANNOUNCE_EVENT } from '../../src/contracts/notifications.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { buildCoreDocument } from '../../src/domain/build-core-document.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import type { ArtifactStore } from '../../src/ports/artifact-store.ts';
import { chunkOf, reference, scriptedActivities } from './scripted-activities.ts';
import { testFolder } from './test-folder.ts';
import { tools } from './tools.ts';
import { workflowCode } from './workflow-harness.ts';

export interface StackOptions {
  /** What is said in every video. */
  transcript: Transcript;
  /** The real steps of the kind that is tested. */
  activities: (dependencies: { store: ArtifactStore; cache: StageCache }) => Record<string, unknown>;
  /** Where it is not this checkout's. */
  start?: typeof startServer;
  workflowBundle?: WorkerOptions['workflowBundle'];
}

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/**
 * The API as a server, a real Temporal server and a real store, for kinds of jobs that work on transcribed videos: the
 * steps of videos themselves are scripted.
 */
export class JobsStack {
  readonly store: ArtifactStore;
  readonly defects: Error[] = [];
  readonly settings: Settings;
  readonly address: string;
  readonly #temporal: TestWorkflowEnvironment;
  readonly #close: () => Promise<void>;

  private constructor(
    parts: Pick<JobsStack, 'store' | 'settings' | 'address' | 'defects'> & {
      temporal: TestWorkflowEnvironment;
    },
    close: () => Promise<void>,
  ) {
    this.store = parts.store;
    this.settings = parts.settings;
    this.address = parts.address;
    this.defects = parts.defects;
    this.#temporal = parts.temporal;
    this.#close = close;
  }

  static async start(options: StackOptions): Promise<JobsStack> {
    if (tools.temporal === null)
      throw new Error('These tests start a Temporal server: unset TEMPORAL_ADDRESS.');
    const temporal = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path: tools.temporal } },
    });
    process.env['TEMPORAL_ADDRESS'] = temporal.address;
    const settings = loadSettings({ CLIPSCRIBE_HOME: testFolder(), CLIPSCRIBE_API_PORT: '0' });
    const { store } = await createArtifactStore({
      folder: homeFolders(settings.home).artifacts,
      bucket: settings.storage,
    });
    const defects: Error[] = [];
    const api = await (options.start ?? startServer)(settings, (error) => defects.push(error));
    const workers = await startWorkers(temporal, store, options);
    const running = Promise.all(workers.map((worker) => worker.run()));
    return new JobsStack({ store, settings, address: api.address, defects, temporal }, async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await api.close();
      await temporal.teardown();
    });
  }

  close(): Promise<void> {
    return this.#close();
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(new URL(path, this.address), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  /** Asks until the status is as wanted; the test's own time-out bounds it. */
  async untilStatus(id: unknown, status: string): Promise<Record<string, unknown>> {
    for (;;) {
      const { body } = await this.call('GET', `/api/jobs/${String(id)}/status`);
      if (body['status'] === status) return body;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** What people were told of a job: the workflows that do so are named after it. In alphabetical order. */
  async announcedOf(jobId: string): Promise<string[]> {
    const types: string[] = [];
    const query = `WorkflowType = '${ANNOUNCE_EVENT}'`;
    for await (const { workflowId } of this.#temporal.client.workflow.list({ query }))
      if (workflowId.startsWith(`${jobId}-`)) types.push(workflowId.split('-')[1] ?? '');
    return types.sort();
  }

  /** A video job that has completed, with its core.json and transcript.json in the store. */
  async completedVideo(): Promise<string> {
    const { body } = await this.call('POST', '/api/jobs', { url: `https://example.org/${Math.random()}` });
    await this.untilStatus(body['id'], 'completed');
    return String(body['id']);
  }
}

async function startWorkers(
  temporal: TestWorkflowEnvironment,
  store: ArtifactStore,
  { transcript, activities, workflowBundle }: StackOptions,
): Promise<Worker[]> {
  const { activities: video } = scriptedActivities({
    statedDurationSeconds: 60,
    chunks: [chunkOf(0, 60)],
    overrides: {
      publishResults: async ({ job: { jobId, userId } }) => {
        await publish(store, `results/${userId}/${jobId}`, transcript);
        const measure = { seconds: 0, attempt: 1, cached: false, model: null, costUsd: 0 };
        return { manifest: reference('manifest.json'), measure };
      },
    },
  });
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection: temporal.nativeConnection,
    maxHeartbeatThrottleInterval: '200ms',
    interceptors: { activity: [() => ({ inbound: new ErrorMapping() })] },
  };
  const steps = activities({ store, cache: new StageCache(store) });
  return Promise.all([
    Worker.create({
      ...common,
      taskQueue: TASK_QUEUES.control,
      workflowBundle: workflowBundle ?? (await workflowCode()),
      activities: {
        ...video,
        publishFiles: createPublishFiles({ store }),
        ...steps,
      },
    }),
    Worker.create({ ...common, taskQueue: TASK_QUEUES.short, activities: { ...video, ...steps } }),
  ]);
}

async function publish(store: ArtifactStore, folder: string, transcript: Transcript): Promise<void> {
  const { durationSeconds } = transcript;
  const core = buildCoreDocument({
    job: {
      ...{ id: 'job_1', createdAt: '2026-01-01T00:00:00Z', completedAt: '2026-01-01T00:10:00Z' },
      notices: [],
    },
    video: {
      ...{ title: 'The flood', url: null, durationSeconds, channel: null, uploadedAt: null },
      route: 'short',
    },
    ...{ transcript, translations: [], graph: null, analysis: null, stages: [] },
  });
  await store.put(`${folder}/core.json`, JSON.stringify(core));
  await store.put(`${folder}/transcript.json`, JSON.stringify(transcript));
}
