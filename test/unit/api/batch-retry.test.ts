import { describe, expect, test } from 'vitest';
import { createTestApi } from '../../support/api.ts';
import { talks, submit, json, stepsOf, settleAll, tokenOf } from '../../support/batch-api.ts';

describe('retrying a batch', () => {
  test('does again what failed, under the same jobs, and leaves the rest', async () => {
    const api = createTestApi();
    const { id } = await submit(api, { urls: talks(3) });
    const { fill, end } = stepsOf(api);
    await fill(id, 1);
    await settleAll(api);
    await fill(id);
    await settleAll(api, 'failed');
    await end(id);
    const before = (await json(api.send('GET', `/api/batches/${id}/items`)))['items'] as { jobId: string }[];
    for (const { jobId } of before) api.jobs.set(jobId, 'failed');
    expect(await json(api.send('POST', `/api/batches/${id}/retry`))).toEqual({
      ...{ success: true, message: '2 videos are tried again.' },
    });
    expect(await json(api.send('GET', `/api/batches/${id}`))).toMatchObject({
      ...{ status: 'running', completedAt: null, counts: { waiting: 2, completed: 1 } },
    });
    expect(api.batches.started).toEqual([id, id]);
    await fill(id);
    await settleAll(api);
    expect(await json(api.send('GET', `/api/batches/${id}/items`))).toMatchObject({
      items: before.map(({ jobId }) => ({ jobId, status: 'completed' })),
    });
    expect(await end(id)).toMatchObject({ announcement: { eventId: `${id}-complete-2` } });
    expect((await api.send('POST', `/api/batches/${id}/retry`)).status).toBe(409);
  });

  test('tries the steps again that wait for a person', async () => {
    const api = createTestApi();
    const { id } = await submit(api, { urls: talks(1) });
    const { fill, end } = stepsOf(api);
    await fill(id);
    await api.dispatcher.dispatch();
    const [jobId = ''] = api.jobs.ids;
    api.jobs.set(jobId, 'needs_attention');
    await api.dispatcher.reconcile();
    await end(id);
    expect((await api.send('POST', `/api/batches/${id}/retry`)).status).toBe(200);
    expect(api.jobs.signals).toEqual([{ jobId, signal: { name: 'retry', settings: {} } }]);
    expect(await json(api.send('GET', `/api/batches/${id}`))).toMatchObject({
      ...{ status: 'running', counts: { running: 1 } },
    });
  });

  test('has what was refused wait again, and what was cancelled', async () => {
    const api = createTestApi();
    const alpha = await tokenOf(api, 'ada@example.org', 'alpha');
    const { id } = await submit(api, { urls: talks(22) }, alpha);
    const { fill, cancel, end } = stepsOf(api);
    expect((await fill(id, 22)).counts).toMatchObject({ queued: 20, failed: 2 });
    await cancel(id);
    expect((await api.send('POST', `/api/batches/${id}/retry`, undefined, alpha)).status).toBe(409);
    await end(id);
    expect((await api.send('POST', `/api/batches/${id}/retry`, undefined, alpha)).status).toBe(200);
    expect((await fill(id, 22)).counts).toMatchObject({ queued: 20, failed: 2 });
  });
});
