import { describe, expect, test } from 'vitest';
import { rollUp } from '../../../src/domain/queue-history.ts';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';

async function answered(api: TestApi, method: string, path: string, body?: unknown, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await api.send(method, path, body, headers);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function userToken(api: TestApi, email = 'ada@example.org', tier = 'alpha'): Promise<string> {
  return (await answered(api, 'POST', '/api/admin/tokens', { email, tier })).body['token'] as string;
}

const TALK = { url: 'https://example.org/talk' };

describe('the use of a token', () => {
  test("is told against its tier's limits, with the day on which it begins anew", async () => {
    const api = createTestApi();
    const token = await userToken(api);
    await answered(api, 'POST', '/api/jobs', TALK, token);
    const { body } = await answered(api, 'GET', '/api/usage', undefined, token);
    const month = new Date().toISOString().slice(0, 7);
    expect(body).toMatchObject({
      month,
      tier: 'alpha',
      videos: { used: 1, limit: 20, left: 19 },
      longestVideoSeconds: 3600,
      runningAtOnce: 1,
    });
    expect(body['resetsAt']).toMatch(/-01T00:00:00\.000Z$/);
    expect(Date.parse(body['resetsAt'] as string)).toBeGreaterThan(Date.now());
  });

  test('bounds the length of its videos, and the owner’s are bounded by nobody', async () => {
    const api = createTestApi();
    const { body } = await answered(api, 'POST', '/api/jobs', TALK, await userToken(api));
    expect(api.jobs.startOf(body['id'] as string).input.account).toMatchObject({
      ...{ tier: 'alpha', longestVideoSeconds: 3600 },
    });
    expect(api.jobs.startOf(await submitted(api)).input.account).toMatchObject({
      ...{ tier: null, longestVideoSeconds: null },
    });
  });

  test('is nobody else’s, and the owner of the installation has no limits', async () => {
    const api = createTestApi();
    await answered(api, 'POST', '/api/jobs', TALK, await userToken(api));
    const other = await answered(
      api,
      'GET',
      '/api/usage',
      undefined,
      await userToken(api, 'bob@example.org'),
    );
    expect(other.body).toMatchObject({ videos: { used: 0 } });
    expect((await answered(api, 'GET', '/api/usage')).body).toMatchObject({
      tier: null,
      videos: { limit: null, left: null },
    });
  });
});

describe('feedback', () => {
  test('is kept, replaced when it is given again, and shown to administrators', async () => {
    const api = createTestApi();
    const token = await userToken(api);
    const id = (await answered(api, 'POST', '/api/jobs', TALK, token)).body['id'] as string;
    const path = `/api/jobs/${id}/feedback`;
    await answered(api, 'POST', path, { rating: 2 }, token);
    const given = await answered(api, 'POST', path, { rating: 4, words: ' Names are wrong. ' }, token);
    expect(given).toMatchObject({ status: 200, body: { jobId: id, rating: 4, words: 'Names are wrong.' } });
    expect((await answered(api, 'GET', '/api/admin/overview')).body['feedback']).toMatchObject({
      count: 1,
      meanRating: 4,
      newest: [{ jobId: id, rating: 4, words: 'Names are wrong.' }],
    });
  });

  test.each([{}, { rating: 0 }, { rating: 6 }, { rating: 2.5 }, { rating: 3, words: 'a'.repeat(4001) }])(
    'such as %j is refused',
    async (body) => {
      const api = createTestApi();
      const id = await submitted(api);
      expect((await answered(api, 'POST', `/api/jobs/${id}/feedback`, body)).status).toBe(422);
    },
  );

  test('on another user’s job is answered as if there were no such job, for administrators too', async () => {
    const api = createTestApi();
    const id = (await answered(api, 'POST', '/api/jobs', TALK, await userToken(api))).body['id'] as string;
    for (const token of [await userToken(api, 'bob@example.org'), undefined])
      expect(await answered(api, 'POST', `/api/jobs/${id}/feedback`, { rating: 5 }, token)).toMatchObject({
        status: 404,
        body: { code: 'JobNotFound' },
      });
  });
});

describe('the overview', () => {
  test('tells jobs, workers, queues, tokens, use and failures, and nothing of what videos are about', async () => {
    const api = createTestApi();
    const token = await userToken(api);
    const secret = { url: 'https://example.org/secret' };
    const failed = (await answered(api, 'POST', '/api/jobs', secret, token)).body['id'] as string;
    await answered(api, 'POST', '/api/jobs', TALK, token);
    const { operationId = '' } = (await api.repositories.catalogue.find(failed)) ?? {};
    const error = { code: 'CorruptMedia', message: 'It is damaged.', stage: 'acquire' };
    const end = { title: 'Secret', durationSeconds: null, error };
    await api.repositories.catalogue.settle({ id: failed, operationId, state: 'failed', ...end });
    const at = new Date();
    const incident = (id: string, openedAt: Date | null) => ({
      ...{ id, alert: 'ClipScribeNoWorkers', subject: id, value: 0 },
      ...{ heldSince: at, openedAt, calmSince: null, endedAt: null, seenAt: at },
    });
    await api.repositories.incidents.keep({
      changed: [incident('opened', at), incident('passing', null)],
      passed: [],
    });
    const { status, body } = await answered(api, 'GET', '/api/admin/overview');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      stop: null,
      incidents: [
        { id: 'opened', severity: 'critical', summary: 'Work waits on opened, and no worker asks for it.' },
      ],
      jobs: { waiting: 1, queued: 1, lastDay: { completed: 0, failed: 1, cancelled: 0 }, meanSeconds: null },
      estimates: { basis: 'assumed', accuracy: [] },
      workers: ['1@host', '2@host'],
      queues: [{ queue: 'clipscribe-short', workers: 2, waitingSteps: 3, slots: 12, usedSlots: 2 }],
      tokens: [{ tier: 'alpha', valid: 1, total: 1 }],
      usage: { videos: 1 },
      failures: [{ jobId: failed, code: 'CorruptMedia', message: 'It is damaged.', stage: 'acquire' }],
    });
    expect(JSON.stringify(body)).not.toMatch(/secret/i);
  });

  test('is for administrators', async () => {
    const api = createTestApi();
    expect(await answered(api, 'GET', '/api/admin/overview', undefined, await userToken(api))).toMatchObject({
      status: 403,
      body: { code: 'Forbidden' },
    });
  });
});

describe('the queue', () => {
  test('tells its depth, workers and what is worked on; how long one waits by whoever waits longest', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    const read = async () => (await answered(api, 'GET', '/api/queue/status')).body;
    expect(await read()).toEqual({
      queue_depth: 1,
      active_workers: 2,
      estimated_wait_minutes: 0,
      estimated_wait_range_minutes: { low: 0, high: 0 },
      processing_jobs: 0,
      estimate_basis: 'assumed',
      estimate_accuracy: [],
    });
    api.jobs.set(id, 'running');
    expect(await read()).toMatchObject({ queue_depth: 0, estimated_wait_minutes: 0, processing_jobs: 1 });
    await answered(api, 'POST', '/api/admin/stop', { reason: 'The bill.' });
    expect(await read()).toMatchObject({ estimated_wait_minutes: null });
  });

  test('tells everybody how it was, from a moment on', async () => {
    const api = createTestApi();
    const token = await userToken(api);
    const { queueHistory } = api.repositories;
    const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 24, 12, minutes)).toISOString();
    for (const minutes of [0, 1, 2]) await queueHistory.keep(new Date(at(minutes)), rollUp([]));
    const read = async (query: string) =>
      (await answered(api, 'GET', `/api/queue/history?${query}`, undefined, token)).body;
    expect(await read(`from=${at(0)}&to=${at(2)}`)).toMatchObject({
      grain: 'minute',
      samples: [{ at: at(0), waitingJobs: null, started: 0 }, { at: at(1) }],
      nextFrom: null,
    });
    expect(await read('grain=hour')).toEqual({ grain: 'hour', samples: [], nextFrom: null });
    expect((await answered(api, 'GET', '/api/queue/history?grain=year')).status).toBe(422);
  });

  test('tells a job that waits where it stands, by priority and then by time', async () => {
    const api = createTestApi();
    const token = await userToken(api);
    const submit = async (priority: number) =>
      (await answered(api, 'POST', '/api/jobs', { ...TALK, priority }, token)).body['id'] as string;
    const [runs, low, high] = [await submit(5), await submit(5), await submit(9)];
    const statusOf = async (id: string) =>
      (await answered(api, 'GET', `/api/jobs/${id}/status`, undefined, token)).body;
    const first = await statusOf(high);
    const second = await statusOf(low);
    expect(first).toMatchObject({ queuePosition: 1, estimateBasis: 'assumed' });
    expect(second).toMatchObject({ queuePosition: 2 });
    const told = (status: Record<string, unknown>) => ({
      seconds: status['estimatedWaitSeconds'] as number,
      range: status['estimatedWaitRange'] as { lowSeconds: number; highSeconds: number },
    });
    expect(told(first).seconds).toBeGreaterThan(0);
    expect(told(second).seconds).toBeGreaterThan(told(first).seconds);
    // Nothing was measured: the range says so by its width.
    expect(told(first).range.highSeconds).toBeGreaterThan(5 * told(first).range.lowSeconds);
    expect(Date.parse(first['estimatedCompletion'] as string)).toBeGreaterThan(Date.now());
    expect(await statusOf(runs)).toMatchObject({ queuePosition: null });
  });
});

describe('cost', () => {
  test('is told to its token with its ceilings, and to administrators over all', async () => {
    const api = createTestApi();
    const { id, token } = (
      await answered(api, 'POST', '/api/admin/tokens', { email: 'ada@example.org', tier: 'alpha' })
    ).body as { id: string; token: string };
    const path = `/api/admin/tokens/${id}`;
    await answered(api, 'PATCH', path, { ceilings: { dayUsd: 1 } });
    expect((await answered(api, 'PATCH', path, { ceilings: { dayUsd: 9 } }, token)).status).toBe(403);
    const stages = [{ stage: 'report', model: 'paid', seconds: 2, costUsd: 0.875 }];
    const run = { jobId: 'job_1', runId: 'run', report: 1 };
    await api.repositories.costLedger.report({ ...run, accountId: id, stages });
    expect((await answered(api, 'GET', '/api/usage', undefined, token)).body).toMatchObject({
      costUsd: 0.875,
      ceilings: [
        { scope: 'token', period: 'day', usedUsd: 0.875, limitUsd: 1 },
        { scope: 'token', period: 'month', usedUsd: 0.875, limitUsd: 20 },
      ],
    });
    expect((await answered(api, 'GET', '/api/admin/overview')).body['cost']).toMatchObject({
      dayUsd: 0.875,
      dayCeilingUsd: null,
      monthUsd: 0.875,
      monthCeilingUsd: 100,
      alerts: [{ scope: id, percent: 80, limitUsd: 1, usedUsd: 0.875 }],
    });
  });

  test('of a stage makes later jobs look at the ceilings before it', async () => {
    const api = createTestApi();
    const free = await submitted(api);
    expect(api.jobs.startOf(free).input.account).not.toHaveProperty('paidStages');
    const stages = [{ stage: 'report', model: 'paid', seconds: 2, costUsd: 0.5 }];
    const run = { jobId: free, runId: 'run', report: 1, accountId: 'local' };
    await api.repositories.costLedger.report({ ...run, stages });
    const paid = await submitted(api, { url: 'https://example.org/other' });
    expect(api.jobs.startOf(paid).input.account).toMatchObject({ paidStages: ['report'] });
  });
});
