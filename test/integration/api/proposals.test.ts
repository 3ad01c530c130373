import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ErrorMapping } from '../../../src/activities/error-mapping.ts';
import { createProposeMoments } from '../../../src/activities/propose-moments.ts';
import { createPublishFiles } from '../../../src/activities/publish-files.ts';
import { StageCache } from '../../../src/activities/stage-cache.ts';
import { createArtifactStore } from '../../../src/adapters/create-artifact-store.ts';
import { startServer, type ApiServer } from '../../../src/api/server.ts';
import { homeFolders } from '../../../src/config/home.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { TASK_QUEUES } from '../../../src/contracts/task-queues.ts';
import { buildCoreDocument } from '../../../src/domain/build-core-document.ts';
import { proposalSchema } from '../../../src/domain/proposal.ts';
import type { ArtifactStore } from '../../../src/ports/artifact-store.ts';
import { chunkOf, reference, scriptedActivities } from '../../support/scripted-activities.ts';
import { transcriptOf } from '../../support/spoken-lines.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';
import { workflowCode } from '../../support/workflow-harness.ts';

/** A proposal over the API, with its real steps, of a video job whose results lie in a real store. */
let temporal: TestWorkflowEnvironment;
let api: ApiServer;
let store: ArtifactStore;
let workers: Worker[];
let running: Promise<unknown>;
const defects: Error[] = [];

const transcript = transcriptOf([
  { text: 'So, you know, we can begin with it now.', speaker: 'S1' },
  { text: 'What did the flood do to the homes in the valley?', speaker: 'S2', pause: 1 },
  { text: 'The flood destroyed four hundred homes along the river.', speaker: 'S1', pause: 0.4 },
  { text: 'And that was sort of it, I think.', speaker: 'S1', pause: 1 },
  { text: 'Senator Jane Doe never visited the flooded valley in those 14 months.', speaker: 'S1', pause: 1 },
  { text: 'The reservoir above the valley will be empty before the next summer.', speaker: 'S1', pause: 1 },
]);

async function publish(jobId: string, userId: string): Promise<void> {
  const core = buildCoreDocument({
    job: { id: jobId, createdAt: '2026-01-01T00:00:00Z', completedAt: '2026-01-01T00:10:00Z', notices: [] },
    video: { title: 'The flood', url: null, durationSeconds: transcript.durationSeconds, channel: null, uploadedAt: null, route: 'short' }, // prettier-ignore
    ...{ transcript, translations: [], graph: null, analysis: null, stages: [] },
  });
  const place = (name: string, content: unknown) =>
    store.put(`results/${userId}/${jobId}/${name}`, JSON.stringify(content));
  await Promise.all([place('core.json', core), place('transcript.json', transcript)]);
}

beforeAll(async () => {
  if (tools.temporal === null)
    throw new Error('These tests start a Temporal server: unset TEMPORAL_ADDRESS.');
  temporal = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path: tools.temporal } },
  });
  process.env['TEMPORAL_ADDRESS'] = temporal.address;
  const settings = loadSettings({ CLIPSCRIBE_HOME: testFolder(), CLIPSCRIBE_API_PORT: '0' });
  ({ store } = await createArtifactStore({
    folder: homeFolders(settings.home).artifacts,
    bucket: settings.storage,
  }));
  api = await startServer(settings, (error) => defects.push(error));
  const { activities: video } = scriptedActivities({
    statedDurationSeconds: 60,
    chunks: [chunkOf(0, 60)],
    overrides: {
      publishResults: async ({ job: { jobId, userId } }) => {
        await publish(jobId, userId);
        const measure = { seconds: 0, attempt: 1, cached: false, model: null, costUsd: 0 };
        return { manifest: reference('manifest.json'), measure };
      },
    },
  });
  const proposal = {
    proposeMoments: createProposeMoments({ store, cache: new StageCache(store) }),
    publishFiles: createPublishFiles({ store }),
  };
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection: temporal.nativeConnection,
    maxHeartbeatThrottleInterval: '200ms',
    interceptors: { activity: [() => ({ inbound: new ErrorMapping() })] },
  };
  workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: TASK_QUEUES.control,
      workflowBundle: await workflowCode(),
      activities: { ...video, ...proposal },
    }),
    Worker.create({ ...common, taskQueue: TASK_QUEUES.short, activities: video }),
  ]);
  running = Promise.all(workers.map((worker) => worker.run()));
});

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await running;
  await api.close();
  await temporal.teardown();
  expect(defects).toEqual([]);
});

async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(new URL(path, api.address), {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** Asks until the status is as wanted; the test's own time-out bounds it. */
async function untilStatus(id: unknown, status: string): Promise<Record<string, unknown>> {
  for (;;) {
    const { body } = await call('GET', `/api/jobs/${String(id)}/status`);
    if (body['status'] === status) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function completedVideo(): Promise<string> {
  const { body } = await call('POST', '/api/jobs', { url: `https://example.org/${Math.random()}` });
  await untilStatus(body['id'], 'completed');
  return String(body['id']);
}

const propose = (jobId: string, body: object = {}) =>
  call('POST', '/api/reels/proposals', { jobId, ...body });

describe('a proposal', () => {
  test('is a job of its own, whose result is the moments of the video', async () => {
    const videoId = await completedVideo();
    const { status, body } = await propose(videoId, { lengthSeconds: 30 });
    expect(status).toBe(202);
    expect(body).toMatchObject({ kind: 'reelPropose', source: videoId, settings: { lengthSeconds: 30 } });
    expect(body['id']).toMatch(/^reel_/);
    const done = await untilStatus(body['id'], 'completed');
    const result = await call('GET', `/api/jobs/${String(body['id'])}/artifacts/proposal.json`);
    const proposal = proposalSchema.parse(result.body);
    expect(done).toMatchObject({
      ...{ kind: 'reelPropose', title: 'The flood', progress: 100, stage: 'publish' },
      momentCount: proposal.moments.length,
    });
    expect(proposal).toMatchObject({ jobId: videoId, model: 'local', settings: { lengthSeconds: 30 } });
    expect(proposal.moments.length).toBeGreaterThanOrEqual(3);
    expect(proposal.moments.map(({ title }) => title)).toContain(
      'What did the flood do to the homes in the valley?',
    );
  });

  test('stands in the list of jobs, beside videos', async () => {
    const videoId = await completedVideo();
    const { body } = await propose(videoId);
    await untilStatus(body['id'], 'completed');
    const jobs = async () => (await call('GET', '/api/jobs?status=completed')).body['jobs'];
    await expect
      .poll(jobs, { timeout: 60_000 })
      .toContainEqual(expect.objectContaining({ id: body['id'], kind: 'reelPropose' }));
  });

  test('is refused of a job that is not there, that has not ended, or that is no video', async () => {
    expect((await propose('job_missing')).body).toMatchObject({ status: 404, code: 'JobNotFound' });
    const videoId = await completedVideo();
    const { body } = await propose(videoId);
    await untilStatus(body['id'], 'completed');
    expect((await propose(String(body['id']))).body).toMatchObject({ status: 422, code: 'InvalidInput' });
    expect((await propose(videoId, { lengthSeconds: 5 })).body).toMatchObject({ status: 422 });
    const again = await call('POST', `/api/jobs/${String(body['id'])}/redo`, { from: 'publish' });
    expect(again.body).toMatchObject({ status: 409, code: 'ActionNotPossible' });
  });

  test('needs attention where the results are gone, and can be cancelled then', async () => {
    const videoId = await completedVideo();
    const key = `results/local/${videoId}/transcript.json`;
    await store.remove([key]);
    const { body } = await propose(videoId);
    const waiting = await untilStatus(body['id'], 'needs_attention');
    expect(waiting['error']).toMatchObject({ code: 'ArtifactMissing', stage: 'propose' });
    const settings = { model: 'base' };
    const refused = await call('POST', `/api/jobs/${String(body['id'])}/retry`, { settings });
    expect(refused.body).toMatchObject({ status: 422, code: 'InvalidInput' });
    expect((await call('POST', `/api/jobs/${String(body['id'])}/skip`)).status).toBe(409);
    await call('POST', `/api/jobs/${String(body['id'])}/cancel`);
    await untilStatus(body['id'], 'cancelled');
  });
});
