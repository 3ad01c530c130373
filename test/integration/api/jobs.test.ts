import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type ApiServer } from '../../../src/api/server.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { chunkOf, failure, scriptedActivities, type Script } from '../../support/scripted-activities.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';
import { withShortWorkers } from '../../support/with-short-workers.ts';

/** The API as a server, a real Temporal server without any of our set-up, and the real workflow. */
let temporal: TestWorkflowEnvironment;
let api: ApiServer;
const defects: Error[] = [];

beforeAll(async () => {
  if (tools.temporal === null)
    throw new Error('These tests start a Temporal server: unset TEMPORAL_ADDRESS.');
  temporal = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path: tools.temporal } },
  });
  process.env['TEMPORAL_ADDRESS'] = temporal.address;
  const settings = loadSettings({ CLIPSCRIBE_HOME: testFolder(), CLIPSCRIBE_API_PORT: '0' });
  api = await startServer(settings, (error) => defects.push(error));
});

afterAll(async () => {
  await api.close();
  await temporal.teardown();
  expect(defects).toEqual([]);
});

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(new URL(path, api.address), {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

let count = 0;
const submit = async (body: object = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  call('POST', '/api/jobs', { url: `https://example.org/talk-${(count += 1)}`, ...body }, headers);

const statusOf = async (id: unknown): Promise<Record<string, unknown>> =>
  (await call('GET', `/api/jobs/${String(id)}/status`)).body;

/** Asks until the status is as wanted; the test's own time-out bounds it. */
async function untilStatus(id: unknown, status: string): Promise<Record<string, unknown>> {
  for (;;) {
    const answer = await statusOf(id);
    if (answer['status'] === status) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const listed = async (status: string): Promise<{ id: string }[]> =>
  (await call('GET', `/api/jobs?status=${status}`)).body['jobs'] as { id: string }[];

/** Until the catalogue knows the end of a job, which the last step tells it, after the job itself. */
async function untilListed(status: string, id: unknown): Promise<void> {
  await expect.poll(async () => (await listed(status)).map((job) => job.id)).toContain(id);
}

/** Workers of all queues with scripted steps, for as long as `body` runs. */
const withWorkers = <T>(script: Partial<Script>, body: () => Promise<T>): Promise<T> =>
  withShortWorkers(
    temporal,
    { statedDurationSeconds: 600, chunks: [chunkOf(0, 300), chunkOf(1, 300)], ...script },
    body,
  );

describe('without a worker', () => {
  test('a job waits in the queue, is listed, and can be cancelled', async () => {
    const { status, body } = await submit({ priority: 9 });
    expect(status).toBe(202);
    expect(await statusOf(body['id'])).toMatchObject({ status: 'queued', progress: 0, startedAt: null });
    await expect
      .poll(async () => (await call('GET', '/api/jobs?status=queued')).body['jobs'])
      .toMatchObject([{ id: body['id'], priority: 9 }]);
    expect((await call('POST', `/api/jobs/${String(body['id'])}/cancel`)).status).toBe(200);
  });

  test('a hundred posts at once with one key make one job', async () => {
    const request = { url: 'https://example.org/once' };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => submit(request, { 'idempotency-key': 'once' })),
    );
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
    const accepted = answers.filter(({ status }) => status === 202);
    const again = await submit(request, { 'idempotency-key': 'once' });
    expect(new Set([...accepted, again].map(({ body }) => body['id'])).size).toBe(1);
    const listed = (await call('GET', '/api/jobs?limit=100')).body['jobs'] as { source: string }[];
    expect(listed.filter(({ source }) => source === request.url).length).toBeLessThanOrEqual(1);
    expect((await submit({ ...request, priority: 1 }, { 'idempotency-key': 'once' })).status).toBe(422);
  });

  test('the open job of the same source and settings is found again', async () => {
    const request = { url: 'https://example.org/again', attach: true };
    const first = await submit(request);
    expect(first.status).toBe(202);
    await expect.poll(async () => (await submit(request)).status).toBe(200);
    expect((await submit(request)).body['id']).toBe(first.body['id']);
    expect((await submit({ ...request, language: 'de' })).status).toBe(202);
  });

  test('lists go on by the cursor of the page before, and refuse any other', async () => {
    for (let index = 0; index < 4; index += 1) await submit();
    const listed = async (): Promise<number> =>
      ((await call('GET', '/api/jobs')).body['jobs'] as unknown[]).length;
    await expect.poll(listed).toBeGreaterThanOrEqual(4);
    const first = (await call('GET', '/api/jobs?limit=2')).body;
    const second = (await call('GET', `/api/jobs?limit=2&cursor=${String(first['nextCursor'])}`)).body;
    const ids = [first, second].flatMap((page) => (page['jobs'] as { id: string }[]).map(({ id }) => id));
    expect(new Set(ids).size).toBe(4);
    expect((await call('GET', '/api/jobs?cursor=bm9uc2Vuc2U')).status).toBe(422);
  });

  test('an id that is no job, or another kind of workflow, is unknown', async () => {
    await temporal.client.workflow.start('somethingElse', { workflowId: 'other', taskQueue: 'nobody' });
    for (const id of ['job_missing', 'other']) {
      expect(await call('GET', `/api/jobs/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'JobNotFound' },
      });
      expect((await call('POST', `/api/jobs/${id}/cancel`)).status).toBe(404);
    }
  });
});

describe('with workers', () => {
  test('events tell a job to its end', async () => {
    const ended = await withWorkers({}, async () => {
      const { body } = await submit();
      const answer = await fetch(`${api.address}/api/jobs/${String(body['id'])}/events`);
      const text = await answer.text();
      expect(text).toContain('event: state');
      expect(text).toMatch(/"status":"completed"[^\n]*\n\n$|"status":"completed"/);
      expect(await statusOf(body['id'])).toMatchObject({ status: 'completed', progress: 100, chunksDone: 2 });
      expect((await call('POST', `/api/jobs/${String(body['id'])}/pause`)).status).toBe(409);
      await untilListed('completed', body['id']);
      const metrics = await (await fetch(`${api.address}/metrics`)).text();
      expect(metrics).toMatch(
        /^clipscribe_jobs_ended_total\{kind="videoIntelligence",state="completed"\} [1-9]/m,
      );
      expect(metrics).toMatch(/^job_success_rate [01]/m);
      expect(metrics).toMatch(/^clipscribe_queue_workers\{task_queue="clipscribe-short"\} 1$/m);
      return body['id'];
    });
    // Whoever asks later asks a queue without a worker.
    expect(await statusOf(ended)).toMatchObject({ status: 'completed', progress: 100 });
  });

  test('a step that nobody mends waits, is retried with other settings, or skipped', async () => {
    const seen: (string | undefined)[] = [];
    const overrides: Script['overrides'] = {
      transcribeChunk: async (input) => {
        seen.push(input.model);
        if (input.model !== 'tiny') throw failure('ModelUnknown');
        const { activities } = scriptedActivities({ statedDurationSeconds: 1, chunks: [] });
        return activities.transcribeChunk(input);
      },
      buildGraph: () => Promise.reject(failure('DiskFull')),
    };
    await withWorkers({ overrides }, async () => {
      const { body } = await submit({ options: { model: 'huge' } });
      const path = `/api/jobs/${String(body['id'])}`;
      expect(await untilStatus(body['id'], 'needs_attention')).toMatchObject({
        error: { code: 'ModelUnknown', stage: 'transcribe' },
      });
      expect((await call('POST', `${path}/skip`)).status).toBe(409);
      expect((await call('POST', `${path}/retry`, { settings: { model: 'tiny' } })).status).toBe(200);
      await expect.poll(async () => (await statusOf(body['id']))['stage']).toBe('graph');
      await untilStatus(body['id'], 'needs_attention');
      expect((await call('POST', `${path}/skip`)).status).toBe(200);
      expect(await untilStatus(body['id'], 'completed')).toMatchObject({
        notices: [expect.stringContaining('graph') as string],
      });
    });
    expect(seen).toContain('huge');
  });

  test('a job that fails says why, with a worker and without', async () => {
    const overrides: Script['overrides'] = { acquireAudio: () => Promise.reject(failure('CorruptMedia')) };
    const { body } = await withWorkers({ overrides }, async () => {
      const answer = await submit();
      expect(await untilStatus(answer.body['id'], 'failed')).toMatchObject({
        error: { code: 'CorruptMedia', stage: 'acquire' },
      });
      await untilListed('failed', answer.body['id']);
      return answer;
    });
    expect(await statusOf(body['id'])).toMatchObject({ status: 'failed', error: { code: 'CorruptMedia' } });
  });

  test('pause holds a job, resume lets it go on; redo does an ended one again under its id', async () => {
    const salts: string[] = [];
    const overrides: Script['overrides'] = {
      writeReport: async (input) => {
        salts.push(input.salt);
        const { activities } = scriptedActivities({ statedDurationSeconds: 1, chunks: [] });
        return activities.writeReport(input);
      },
    };
    const { body } = await submit();
    const path = `/api/jobs/${String(body['id'])}`;
    expect((await call('POST', `${path}/pause`)).status).toBe(200);
    await withWorkers({ overrides }, async () => {
      await untilStatus(body['id'], 'paused');
      expect((await call('POST', `${path}/redo`, { from: 'report' })).status).toBe(409);
      expect((await call('POST', `${path}/resume`)).status).toBe(200);
      await untilStatus(body['id'], 'completed');
      const redo = await call('POST', `${path}/redo`, { from: 'report', settings: { language: 'en' } });
      expect(redo).toMatchObject({ status: 200 });
      await untilStatus(body['id'], 'completed');
      expect((await call('GET', path)).body).toMatchObject({ settings: { language: 'en' } });
    });
    expect(salts).toEqual(['', expect.stringMatching(/./) as string]);
  });
});

describe('when Temporal is away', () => {
  test('what is accepted waits, other calls answer 503, and the process stays healthy', async () => {
    process.env['TEMPORAL_ADDRESS'] = '127.0.0.1:1';
    const settings = loadSettings({ CLIPSCRIBE_HOME: testFolder(), CLIPSCRIBE_API_PORT: '0' });
    const alone = await startServer(settings, (error) => defects.push(error));
    process.env['TEMPORAL_ADDRESS'] = temporal.address;
    try {
      const accepted = await fetch(new URL('/api/jobs', alone.address), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ url: 'https://example.org/later' }),
      });
      expect(accepted.status).toBe(202);
      const { id } = (await accepted.json()) as { id: string };
      expect(await (await fetch(new URL(`/api/jobs/${id}`, alone.address))).json()).toMatchObject({
        status: 'queued',
      });
      for (const path of ['/ready', '/api/jobs']) {
        const answer = await fetch(new URL(path, alone.address));
        expect(answer.status, path).toBe(503);
        expect(await answer.json()).toMatchObject({ code: 'ServiceUnavailable', retryAfterSeconds: 5 });
      }
      expect((await fetch(new URL('/health', alone.address))).status).toBe(200);
    } finally {
      await alone.close();
    }
  });
});
