import { describe, expect, test } from 'vitest';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import { TIERS } from '../../../src/domain/tiers.ts';
import { createTestApi } from '../../support/api.ts';
import {
  talks,
  submit,
  json,
  stepsOf,
  settleAll,
  tokenOf,
  type BatchAnswer,
} from '../../support/batch-api.ts';

describe('submitting a batch', () => {
  test('answers 202 with the batch and its address, and starts its workflow', async () => {
    const api = createTestApi();
    const answer = await api.send('POST', '/api/batches', {
      ...{ urls: talks(3), name: 'urls.txt', notifyEmail: 'ada@example.org', language: 'en' },
    });
    const batch = (await answer.json()) as BatchAnswer;
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/batches/${batch.id}`);
    expect(batch).toMatchObject({
      ...{ status: 'running', progress: 0, name: 'urls.txt', priority: 2 },
      ...{ counts: { total: 3, waiting: 3 }, settings: { language: 'en' } },
    });
    expect(api.batches.started).toEqual([batch.id]);
    expect(await api.notifications.receivers('local', batch.id)).toMatchObject({
      requested: [{ kind: 'mail', address: 'ada@example.org' }],
    });
  });

  test('names every bad line by its number, and accepts nothing', async () => {
    const api = createTestApi();
    const urls = [
      '# talks',
      talks(1)[0],
      '',
      'talk.mp4',
      'ftp://example.org/talk',
      'https://a:b@example.org',
    ];
    const answer = await api.send('POST', '/api/batches', { urls });
    expect(answer.status).toBe(422);
    const { code, detail } = (await answer.json()) as { code: string; detail: string };
    expect(code).toBe('InvalidInput');
    expect(detail).toMatch(/^3 of 4 lines/);
    for (const line of ['line 4', 'line 5', 'line 6']) expect(detail).toContain(line);
    expect(detail).not.toContain('line 2');
    expect(await json(api.send('GET', '/api/batches'))).toEqual({ batches: [], nextCursor: null });
  });

  test('refuses a list of comments, and a receiver that is none', async () => {
    const api = createTestApi();
    for (const body of [
      { urls: ['# nothing'] },
      { urls: talks(1), notifyEmail: 'ada' },
      { urls: [] },
      {},
      { urls: talks(1), playlistUrl: talks(1)[0] },
      { playlistUrl: 'talk' },
    ])
      expect((await api.send('POST', '/api/batches', body)).status).toBe(422);
  });

  test('takes a thousand addresses, more than other requests may hold', async () => {
    const api = createTestApi();
    const urls = talks(1000).map((url) => `${url}?${'x'.repeat(100)}`);
    expect(JSON.stringify(urls).length).toBeGreaterThan(64 * 1024);
    expect((await submit(api, { urls })).counts).toMatchObject({ total: 1000, waiting: 1000 });
  });

  test('takes a playlist, of which nothing is done before it is listed', async () => {
    const api = createTestApi();
    const batch = await submit(api, { playlistUrl: 'https://example.org/list?token=hush' });
    expect(batch).toMatchObject({
      ...{ status: 'running', progress: 0, playlist: 'https://example.org/list', counts: { total: 0 } },
      summary: 'The playlist is not listed yet',
    });
    expect(await stepsOf(api).fill(batch.id)).toMatchObject({
      ...{ state: 'running', playlistUrl: 'https://example.org/list' },
      keptAt: expect.stringContaining(batch.id) as string,
    });
  });

  test('starts the others where one cannot be started', async () => {
    const api = createTestApi();
    api.batches.reachable = false;
    const [first, second] = [await submit(api, { urls: talks(1) }), await submit(api, { urls: talks(1, 5) })];
    api.batches.reachable = true;
    api.batches.refused.add(first.id);
    const third = await submit(api, { urls: talks(1, 9) });
    expect(api.batches.started).toEqual([second.id, third.id]);
  });

  test('does nothing new for a repeated key, and starts later what could not be started', async () => {
    const api = createTestApi();
    api.batches.reachable = false;
    const [first, again] = [
      await submit(api, { urls: talks(2) }, { 'idempotency-key': 'one' }),
      await submit(api, { urls: talks(2) }, { 'idempotency-key': 'one' }),
    ];
    expect(again.id).toBe(first.id);
    expect(api.batches.started).toEqual([]);
    api.batches.reachable = true;
    await submit(api, { urls: talks(1, 50) });
    expect(api.batches.started).toContain(first.id);
  });
});

describe('the window', () => {
  test('accepts so many videos, and the next ones as those end', async () => {
    const api = createTestApi();
    const { id } = await submit(api, { urls: talks(5) });
    const { fill } = stepsOf(api);
    expect((await fill(id, 2)).counts).toMatchObject({ waiting: 3, queued: 2 });
    expect((await fill(id, 2)).counts).toMatchObject({ waiting: 3, queued: 2 });
    expect(await settleAll(api)).toBe(2);
    expect((await fill(id, 2)).counts).toMatchObject({ waiting: 1, queued: 2, completed: 2 });
    const jobs = (await json(api.send('GET', '/api/jobs')))['jobs'] as { priority: number }[];
    expect(jobs.map(({ priority }) => priority)).toEqual([2, 2, 2, 2]);
  });

  test('goes on past videos that wait for a person', async () => {
    const api = createTestApi();
    const { id } = await submit(api, { urls: talks(3) });
    const { fill, end } = stepsOf(api);
    await fill(id, 1);
    await api.dispatcher.dispatch();
    const [stuck = ''] = api.jobs.ids;
    api.jobs.set(stuck, 'needs_attention');
    await api.dispatcher.reconcile();
    expect((await fill(id, 1)).counts).toMatchObject({ needsAttention: 1, queued: 1, waiting: 1 });
    expect(await end(id)).toBeNull();
    api.jobs.set(stuck, 'running');
    await api.dispatcher.reconcile();
    expect((await fill(id, 1)).counts).toMatchObject({ needsAttention: 0, running: 1, queued: 1 });
  });

  test('does a video again whose job was given other settings since', async () => {
    const api = createTestApi();
    const { id: jobId } = await json(api.send('POST', '/api/jobs', { url: talks(1)[0] }));
    const { operationId = '' } = (await api.repositories.catalogue.find(String(jobId))) ?? {};
    const end = { state: 'completed', title: null, durationSeconds: 1, error: null } as const;
    await api.repositories.catalogue.settle({
      ...{ id: String(jobId), operationId, ...end },
      settings: { model: 'tiny' },
    });
    const { id } = await submit(api, { urls: talks(1) });
    await stepsOf(api).fill(id);
    expect(await json(api.send('GET', `/api/batches/${id}/items`))).toMatchObject({
      items: [{ attached: false }],
    });
  });

  test('leaves out what stands twice, and what the user has done already', async () => {
    const api = createTestApi();
    await api.send('POST', '/api/jobs', { url: talks(1)[0] });
    const { id } = await submit(api, { urls: [...talks(2), ...talks(2)] });
    expect((await stepsOf(api).fill(id)).counts).toMatchObject({
      ...{ running: 1, queued: 1, duplicate: 2 },
    });
    const { items } = await json(api.send('GET', `/api/batches/${id}/items`));
    expect(items).toMatchObject([
      { number: 1, attached: true, status: 'running' },
      { number: 2, attached: false, status: 'queued' },
      { number: 3, status: 'duplicate', jobId: null },
      { number: 4, status: 'duplicate', jobId: null },
    ]);
    await settleAll(api);
    const later = await submit(api, { urls: talks(3) });
    expect((await stepsOf(api).fill(later.id)).counts).toMatchObject({ completed: 2, queued: 1 });
    expect((await json(api.send('GET', '/api/jobs')))['jobs']).toHaveLength(3);
  });

  test('fails what is over the quota, each video by itself', async () => {
    const api = createTestApi();
    const alpha = await tokenOf(api, 'ada@example.org', 'alpha');
    const { videosPerMonth } = TIERS.alpha;
    const { id } = await submit(api, { urls: talks(videosPerMonth + 3) }, alpha);
    const { fill, end } = stepsOf(api);
    expect((await fill(id, videosPerMonth + 3)).counts).toMatchObject({ queued: videosPerMonth, failed: 3 });
    const path = `/api/batches/${id}/items?status=failed`;
    const { items } = await json(api.send('GET', path, undefined, alpha));
    expect(items).toMatchObject([21, 22, 23].map((line) => ({ line, error: { code: 'QuotaExceeded' } })));
    while ((await settleAll(api)) > 0);
    expect(await end(id)).toMatchObject({ announcement: { event: { data: { videoCount: 23 } } } });
    expect(await json(api.send('GET', `/api/batches/${id}`, undefined, alpha))).toMatchObject({
      ...{ status: 'completed', progress: 100, summary: '20 of 23 videos completed · 3 failed' },
    });
  });

  test('is left as it is while all work is stopped', async () => {
    const api = createTestApi();
    const { id } = await submit(api, { urls: talks(2) });
    const { catalogue } = api.repositories;
    const accept = catalogue.accept.bind(catalogue);
    Object.assign(catalogue, {
      accept: () => Promise.reject(new ClipScribeError('EmergencyStop', 'Stopped.')),
    });
    await expect(stepsOf(api).fill(id)).rejects.toMatchObject({ code: 'EmergencyStop' });
    Object.assign(catalogue, { accept });
    expect((await stepsOf(api).fill(id)).counts).toMatchObject({ queued: 2, failed: 0 });
  });
});

describe('cancelling a batch', () => {
  test('accepts no more, cancels its own jobs and leaves others alone', async () => {
    const api = createTestApi();
    await api.send('POST', '/api/jobs', { url: talks(1)[0] });
    const { id } = await submit(api, { urls: talks(4) });
    const { fill, cancel, end } = stepsOf(api);
    await fill(id, 3);
    expect((await api.send('POST', `/api/batches/${id}/cancel`)).status).toBe(200);
    expect(api.batches.woken).toEqual([id]);
    expect(await fill(id, 3)).toMatchObject({ state: 'cancelling', counts: { cancelled: 1, waiting: 0 } });
    await cancel(id);
    const { counts } = await fill(id, 3);
    expect(counts.cancelled + counts.running).toBeGreaterThanOrEqual(3);
    expect(await end(id)).toBeNull();
    await settleAll(api);
    expect(await end(id)).toEqual({ announcement: null });
    expect(await json(api.send('GET', `/api/batches/${id}`))).toMatchObject({ status: 'cancelled' });
    expect(await json(api.send('POST', `/api/batches/${id}/cancel`))).toMatchObject({ success: true });
    expect((await json(api.send('GET', `/api/batches/${id}/items`)))['items']).toMatchObject([
      { attached: true, status: 'completed' },
      ...[2, 3, 4].map((number) => ({ number })),
    ]);
  });

  test('is refused once the batch has ended', async () => {
    const api = createTestApi();
    const { id } = await submit(api, { urls: talks(1) });
    const { fill, end } = stepsOf(api);
    await fill(id);
    await settleAll(api);
    await end(id);
    expect(await json(api.send('POST', `/api/batches/${id}/cancel`))).toMatchObject({
      code: 'ActionNotPossible',
      status: 409,
    });
  });
});

describe('other users', () => {
  test('find no batch that is not theirs, administrators neither', async () => {
    const api = createTestApi();
    const [ada, bob] = [
      await tokenOf(api, 'ada@example.org', 'beta'),
      await tokenOf(api, 'bob@example.org', 'beta'),
    ];
    const { id } = await submit(api, { urls: talks(2) }, ada);
    for (const headers of [bob, {}]) {
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/items'],
        ['POST', '/cancel'],
        ['POST', '/retry'],
      ] as const) {
        const answer = await api.send(method, `/api/batches/${id}${path}`, undefined, headers);
        expect([answer.status, ((await answer.json()) as { code: string }).code], path).toEqual([
          404,
          'BatchNotFound',
        ]);
      }
      expect(await json(api.send('GET', '/api/batches', undefined, headers))).toMatchObject({ batches: [] });
    }
    expect(await json(api.send('GET', `/api/batches/${id}`, undefined, ada))).toMatchObject({
      status: 'running',
    });
    const nobody = { authorization: undefined };
    for (const path of ['/api/batches', `/api/batches/${id}`])
      expect((await api.send('GET', path, undefined, nobody)).status).toBe(401);
  });

  test('have jobs of their own for the same address', async () => {
    const api = createTestApi();
    const [ada, bob] = [
      await tokenOf(api, 'ada@example.org', 'beta'),
      await tokenOf(api, 'bob@example.org', 'beta'),
    ];
    const jobs = [];
    for (const headers of [ada, bob]) {
      const { id } = await submit(api, { urls: talks(1) }, headers);
      await stepsOf(api).fill(id);
      const { items } = await json(api.send('GET', `/api/batches/${id}/items`, undefined, headers));
      jobs.push((items as { jobId: string }[])[0]?.jobId);
    }
    expect(new Set(jobs).size).toBe(2);
  });
});

test('lists go on by the cursor of the page before, and refuse one of another list', async () => {
  const api = createTestApi();
  const ids = [];
  for (let index = 0; index < 3; index += 1)
    ids.unshift((await submit(api, { urls: talks(1, index * 10) })).id);
  const first = await json(api.send('GET', '/api/batches?limit=2'));
  const second = await json(api.send('GET', `/api/batches?limit=2&cursor=${String(first['nextCursor'])}`));
  const listed = [first, second].flatMap((page) => (page['batches'] as { id: string }[]).map(({ id }) => id));
  expect(new Set(listed)).toEqual(new Set(ids));
  const items = await json(api.send('GET', '/api/jobs?limit=1'));
  expect(items['nextCursor']).toBeNull();
  expect((await api.send('GET', '/api/batches?cursor=bm9uc2Vuc2U')).status).toBe(422);
});
