import { describe, expect, test } from 'vitest';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';

const REASON = 'The bill is too high.';

async function answered(api: TestApi, method: string, path: string, body?: unknown, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await api.send(method, path, body, headers);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const stopAll = (api: TestApi, reason = REASON) => answered(api, 'POST', '/api/admin/stop', { reason });
const resumeAll = (api: TestApi) => answered(api, 'POST', '/api/admin/resume');

async function userToken(api: TestApi): Promise<string> {
  const { body } = await answered(api, 'POST', '/api/admin/tokens', {
    email: 'ada@example.org',
    tier: 'beta',
  });
  return body['token'] as string;
}

describe('an emergency stop', () => {
  test('refuses new jobs with who stopped them and why, until all work goes on', async () => {
    const api = createTestApi();
    expect(await stopAll(api)).toMatchObject({
      status: 200,
      body: { changed: true, stop: { reason: REASON } },
    });
    const refused = await answered(api, 'POST', '/api/jobs', { url: 'https://example.org/talk' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'EmergencyStop', retryAfterSeconds: 300 } });
    expect(refused.body['detail']).toContain(`The owner of the installation stopped all work on`);
    expect(refused.body['detail']).toContain(REASON);
    expect((await resumeAll(api)).body).toEqual({ changed: true, stop: null });
    expect((await resumeAll(api)).body).toEqual({ changed: false, stop: null });
    expect((await answered(api, 'POST', '/api/jobs', { url: 'https://example.org/talk' })).status).toBe(202);
  });

  test('parks running jobs, says so in their status and in lists, and lets them go on by the same order', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    await stopAll(api);
    await expect.poll(() => api.jobs.signals).toHaveLength(1);
    expect(api.jobs.signals[0]).toMatchObject({
      jobId: id,
      signal: { name: 'park', order: { notice: { reason: REASON } } },
    });
    const told = { by: 'the owner of the installation', reason: REASON };
    expect((await answered(api, 'GET', `/api/jobs/${id}/status`)).body).toMatchObject({ stop: told });
    expect((await answered(api, 'GET', '/api/jobs')).body).toMatchObject({ stop: told });
    const { message } = (await answered(api, 'POST', `/api/jobs/${id}/resume`)).body;
    expect(message).toContain('goes on when all work does');
    await resumeAll(api);
    await expect.poll(() => api.jobs.signals.at(-1)?.signal.name).toBe('unpark');
    expect((await answered(api, 'GET', `/api/jobs/${id}/status`)).body).toMatchObject({ stop: null });
  });

  test('keeps the first reason when somebody stops what is stopped', async () => {
    const api = createTestApi();
    await stopAll(api);
    const again = await stopAll(api, 'Another reason.');
    expect(again.body).toMatchObject({ changed: false, stop: { reason: REASON } });
  });

  test('wants a reason, and an administrator', async () => {
    const api = createTestApi();
    expect((await stopAll(api, '  ')).status).toBe(422);
    const token = await userToken(api);
    for (const action of ['stop', 'resume'])
      expect(await answered(api, 'POST', `/api/admin/${action}`, { reason: REASON }, token)).toMatchObject({
        status: 403,
        body: { code: 'Forbidden' },
      });
  });
});

describe('jobs that a stop finds between two states', () => {
  test('are told of it by the next run while Temporal is away', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    api.jobs.reachable = false;
    await stopAll(api);
    await expect(api.stopTeller.tell()).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    expect((await api.repositories.stopSwitch.last())?.toldAt).toBeNull();
    api.jobs.reachable = true;
    await api.stopTeller.tell();
    expect(api.jobs.signals).toMatchObject([{ jobId: id, signal: { name: 'park' } }]);
    expect((await api.repositories.stopSwitch.last())?.toldAt).toBeInstanceOf(Date);
  });

  test('are parked when their workflow starts after the stop, and not told twice', async () => {
    const api = createTestApi();
    api.jobs.reachable = false;
    const id = await submitted(api);
    const [taken] = await api.repositories.catalogue.takeToStart({ limit: 10, staleAfterMs: 1000 });
    expect(taken?.id).toBe(id);
    api.jobs.reachable = true;
    await stopAll(api);
    await api.stopTeller.tell();
    expect((await api.repositories.stopSwitch.last())?.toldAt).toBeNull();
    // What another process does that took the job before the stop.
    await api.jobs.start({ ...startOf(taken?.start), reuseId: 'never' });
    await api.stopTeller.tell();
    await api.stopTeller.tell();
    expect(api.jobs.signals).toMatchObject([{ jobId: id, signal: { name: 'park' } }]);
    expect((await api.repositories.stopSwitch.last())?.toldAt).toBeInstanceOf(Date);
  });

  test('are parked although nobody heard that they were started', async () => {
    const api = createTestApi();
    const start = api.jobs.start.bind(api.jobs);
    api.jobs.start = async (job) => {
      await start(job);
      throw new Error('The answer was lost.');
    };
    const id = await submitted(api);
    await stopAll(api);
    await api.stopTeller.tell();
    expect(api.jobs.signals).toMatchObject([{ jobId: id, signal: { name: 'park' } }]);
  });
});

const startOf = (start: unknown) => start as Parameters<TestApi['jobs']['start']>[0];
