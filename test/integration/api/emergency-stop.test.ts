import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type ApiServer } from '../../../src/api/server.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { TASK_QUEUES } from '../../../src/contracts/task-queues.ts';
import { chunkOf, scriptedActivities } from '../../support/scripted-activities.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';
import { workflowCode } from '../../support/workflow-harness.ts';

/** The API as a server that is started anew in the middle, a real Temporal server, and the real workflow. */
let temporal: TestWorkflowEnvironment;
let api: ApiServer;
const home = testFolder();
const defects: Error[] = [];

const start = (): Promise<ApiServer> =>
  startServer(loadSettings({ CLIPSCRIBE_HOME: home, CLIPSCRIBE_API_PORT: '0' }), (error) =>
    defects.push(error),
  );

beforeAll(async () => {
  if (tools.temporal === null)
    throw new Error('These tests start a Temporal server: unset TEMPORAL_ADDRESS.');
  temporal = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path: tools.temporal } },
  });
  process.env['TEMPORAL_ADDRESS'] = temporal.address;
  api = await start();
});
afterAll(async () => {
  await api.close();
  await temporal.teardown();
  expect(defects).toEqual([]);
});

async function call(method: string, path: string, body?: object) {
  const answer = await fetch(new URL(path, api.address), {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const submit = (name: string) => call('POST', '/api/jobs', { url: `https://example.org/${name}` });
const statusOf = async (id: unknown) => (await call('GET', `/api/jobs/${String(id)}/status`)).body;
const isEvery = (ids: readonly unknown[], status: string) =>
  expect
    .poll(async () => Promise.all(ids.map(async (id) => (await statusOf(id))['status'])))
    .toEqual(ids.map(() => status));

test('all work stops, stays stopped over a restart of the API, and completes once it is resumed', async () => {
  const gate = Promise.withResolvers<void>();
  let modelCalls = 0;
  const chunks = [chunkOf(0, 300), chunkOf(1, 300), chunkOf(2, 300)];
  const plain = scriptedActivities({ statedDurationSeconds: 900, chunks });
  const { activities } = scriptedActivities({
    statedDurationSeconds: 900,
    chunks,
    overrides: {
      transcribeChunk: async (input) => {
        modelCalls += 1;
        await gate.promise;
        return plain.activities.transcribeChunk(input);
      },
    },
  });
  const common = { connection: temporal.nativeConnection, activities, maxHeartbeatThrottleInterval: '200ms' };
  const workers = await Promise.all([
    Worker.create({ ...common, taskQueue: TASK_QUEUES.control, workflowBundle: await workflowCode() }),
    Worker.create({ ...common, taskQueue: TASK_QUEUES.short }),
  ]);
  const running = workers.map((worker) => worker.run());
  try {
    const ids = await Promise.all(
      ['one', 'two', 'three'].map(async (name) => (await submit(name)).body['id']),
    );
    // The first chunk of each, which decides the language.
    await expect.poll(() => modelCalls).toBe(3);
    expect((await call('POST', '/api/admin/stop', { reason: 'The bill.' })).status).toBe(200);
    await isEvery(ids, 'paused');
    gate.resolve();
    await expect
      .poll(async () => Promise.all(ids.map(async (id) => (await statusOf(id))['chunksDone'])))
      .toEqual([1, 1, 1]);

    await api.close();
    api = await start();
    expect(await submit('four')).toMatchObject({ status: 503, body: { code: 'EmergencyStop' } });
    expect(await statusOf(ids[0])).toMatchObject({ status: 'paused', stop: { reason: 'The bill.' } });
    expect(modelCalls).toBe(3);

    // What jobs there are Temporal tells some time after they are.
    await expect
      .poll(async () => (await call('GET', '/api/admin/overview')).body)
      .toMatchObject({
        stop: { reason: 'The bill.' },
        jobs: { paused: 3, running: 0 },
        workers: [expect.stringContaining('@') as string],
      });

    expect((await call('POST', '/api/admin/resume')).status).toBe(200);
    await isEvery(ids, 'completed');
    expect(modelCalls).toBe(9);
    expect((await call('GET', '/api/queue/status')).body).toMatchObject({ active_workers: 1 });
    // Settled after the job has told its end.
    await expect
      .poll(async () => (await call('GET', '/api/admin/overview')).body['jobs'])
      .toMatchObject({ lastDay: { completed: 3 }, meanSeconds: expect.any(Number) as number });
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
});
