import { describe, expect, test } from 'vitest';
import { createTestApi, submitted } from '../../support/api.ts';
import { submit, talks } from '../../support/batch-api.ts';

describe('who knows an answer already', () => {
  test('is told so without a body, until there is something new', async () => {
    const api = createTestApi();
    const path = `/api/jobs/${await submitted(api)}/status`;
    const first = await api.send('GET', path);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('vary')?.toLowerCase()).toContain('authorization');
    const known = { 'if-none-match': first.headers.get('etag') ?? '' };
    const same = await api.send('GET', path, undefined, known);
    expect([same.status, await same.text()]).toEqual([304, '']);
    api.jobs.set(path.split('/')[3] ?? '', 'paused', {});
    const changed = await api.send('GET', path, undefined, known);
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({ status: 'paused' });
  });

  test('is answered alike about jobs, batches and their videos', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    const batch = await submit(api, { urls: talks(2) });
    for (const path of [`/api/jobs/${id}`, `/api/batches/${batch.id}`, `/api/batches/${batch.id}/items`]) {
      const etag = (await api.send('GET', path)).headers.get('etag') ?? '';
      expect(etag, path).toMatch(/^W\/"/);
      expect((await api.send('GET', path, undefined, { 'if-none-match': etag })).status, path).toBe(304);
    }
  });

  test('is still told what went wrong', async () => {
    const api = createTestApi();
    const answer = await api.send('GET', '/api/jobs/job_none', undefined, { 'if-none-match': '*' });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('etag')).toBeNull();
  });
});

test('videos and reels of a project are listed together, the newest first', async () => {
  const api = createTestApi();
  const one = await submitted(api, { url: 'https://example.org/one', projectId: 'spring' });
  const other = await submitted(api, { url: 'https://example.org/other', projectId: 'spring' });
  await submitted(api, { url: 'https://example.org/none' });
  const { jobs } = (await (await api.send('GET', '/api/projects/spring/jobs')).json()) as {
    jobs: { id: string }[];
  };
  expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set([one, other]));
  const bad = await api.send('POST', '/api/jobs', { url: 'https://example.org/x', projectId: 'a b' });
  expect(bad.status).toBe(422);
});
