import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createTestApi, submitted } from '../../support/api.ts';
import { testFolder } from '../../support/test-folder.ts';

const talk = { url: 'https://example.org/talk' };

describe('submitting a job', () => {
  test('answers 202 with the job and its address', async () => {
    const api = createTestApi();
    const answer = await api.send('POST', '/api/jobs', {
      ...talk,
      language: 'en',
      options: { model: 'small' },
    });
    expect(answer.status).toBe(202);
    const job = (await answer.json()) as { id: string };
    expect(job.id).toMatch(/^job_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
    expect(answer.headers.get('location')).toBe(`/api/jobs/${job.id}`);
    expect(job).toMatchObject({
      status: 'queued',
      priority: 5,
      settings: { language: 'en', model: 'small' },
    });
    expect(api.jobs.startOf(job.id).input).toMatchObject({
      jobId: job.id,
      source: { kind: 'url', url: 'https://example.org/talk' },
      redo: null,
    });
  });

  test('is refused before any work where nothing translates into a language', async () => {
    const api = createTestApi({ hasTranslator: false });
    const done = await submitted(api, { ...talk, translateTo: ['en', 'en-GB'] });
    const asked: [string, object][] = [
      ['/api/jobs', { ...talk, translateTo: ['en', 'pt-BR', 'ja'] }],
      ['/api/batches', { urls: [talk.url], translateTo: 'ja' }],
      [`/api/jobs/${done}/redo`, { from: 'subtitles', settings: { translateTo: ['ja'] } }],
    ];
    for (const [path, body] of asked) {
      const answer = await api.send('POST', path, body);
      expect(await answer.json()).toMatchObject({
        ...{ code: 'TranslationUnavailable', status: 422 },
        detail: expect.stringContaining('Japanese (ja)') as string,
      });
    }
    expect(api.jobs.ids).toEqual([done]);
  });

  test('shows no secret of the address', async () => {
    const api = createTestApi();
    const id = await submitted(api, { url: 'https://example.org/talk?v=1&token=hush' });
    expect(await (await api.send('GET', `/api/jobs/${id}`)).text()).not.toContain('hush');
    expect(api.jobs.startOf(id).memo.source).toBe('https://example.org/talk?v=1');
  });

  test.each([
    ['no address', { url: 'talk.mp4' }, 'InvalidUrl'],
    ['another protocol', { url: 'ftp://example.org/talk' }, 'InvalidUrl'],
    ['a local file where none is allowed', { url: 'file:///etc/passwd' }, 'InvalidUrl'],
    ['credentials in the address', { url: 'https://me:secret@example.org/talk' }, 'InvalidUrl'],
    ['no url', {}, 'InvalidInput'],
    ['a priority out of range', { ...talk, priority: 11 }, 'InvalidInput'],
    ['an unknown member', { ...talk, webhook: 'https://example.org' }, 'InvalidInput'],
    ['an unknown option', { ...talk, options: { beam: 5 } }, 'InvalidInput'],
    ['a language that is none', { ...talk, language: 'English' }, 'InvalidInput'],
    ['broken JSON', '{"url":', 'InvalidInput'],
  ])('refuses %s with a problem document', async (_name, body, code) => {
    const api = createTestApi();
    const answer = await api.send('POST', '/api/jobs', body);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await answer.json()) as { status: number };
    expect(problem).toMatchObject({ code, status: answer.status });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(api.jobs.ids).toEqual([]);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  test('refuses a body that does not say it is JSON, which a foreign web page could send', async () => {
    const api = createTestApi();
    const answer = await api.send('POST', '/api/jobs', JSON.stringify(talk), {
      'content-type': 'text/plain',
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(api.jobs.ids).toEqual([]);
  });

  test('refuses a body of more than 64 KiB', async () => {
    const api = createTestApi();
    const answer = await api.send('POST', '/api/jobs', { url: `https://example.org/${'a'.repeat(70_000)}` });
    expect(answer.status).toBe(413);
  });
});

describe('the same request again', () => {
  test('with the same key is the same job, also at the same time', async () => {
    const api = createTestApi();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => api.send('POST', '/api/jobs', talk, { 'idempotency-key': 'k1' })),
    );
    // While the first one is answered, the others are asked to come again.
    expect(answers.filter(({ status }) => status !== 409).map(({ status }) => status)).toContain(202);
    const refused = answers.find(({ status }) => status === 409);
    expect(await refused?.json()).toMatchObject({ code: 'IdempotencyConflict', retryAfterSeconds: 1 });
    const again = await api.send('POST', '/api/jobs', talk, { 'idempotency-key': 'k1' });
    expect(again.status).toBe(202);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(api.jobs.ids).toEqual([((await again.json()) as { id: string }).id]);
  });

  test('with the same key and another body is refused', async () => {
    const api = createTestApi();
    await api.send('POST', '/api/jobs', talk, { 'idempotency-key': 'k1' });
    const answer = await api.send('POST', '/api/jobs', { ...talk, priority: 9 }, { 'idempotency-key': 'k1' });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'InvalidInput' });
  });

  test.each([
    [{ language: 'xx' }, 'There is no such language.'],
    [{ options: { speakers: { minimum: 5, maximum: 2 } } }, 'The minimum of speakers is above the maximum.'],
  ])('refuses %j', async (asked, why) => {
    const answer = await createTestApi().send('POST', '/api/jobs', {
      url: 'https://example.org/a',
      ...asked,
    });
    expect(await answer.json()).toMatchObject({
      status: 422,
      detail: expect.stringContaining(why) as string,
    });
  });

  test('with the same key is tried anew where only what stood in its way was told', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    api.jobs.set(id, 'running');
    const redo = () =>
      api.send('POST', `/api/jobs/${id}/redo`, { from: 'entities' }, { 'idempotency-key': 'k1' });
    expect((await redo()).status).toBe(409);
    api.jobs.set(id, 'completed');
    expect((await redo()).status).toBe(200);
    expect((await redo()).headers.get('idempotency-replayed')).toBe('true');
  });

  test('without a key is another job', async () => {
    const api = createTestApi();
    expect(await submitted(api)).not.toBe(await submitted(api));
  });

  test('with `attach` goes on with the open job of the same source and settings only', async () => {
    const api = createTestApi();
    const first = await submitted(api);
    const attached = await api.send('POST', '/api/jobs', { ...talk, attach: true });
    expect(attached.status).toBe(200);
    expect(await attached.json()).toMatchObject({ id: first });
    const other = await api.send('POST', '/api/jobs', { ...talk, language: 'de', attach: true });
    expect(other.status).toBe(202);
    api.jobs.set(first, 'completed');
    const afterwards = await api.send('POST', '/api/jobs', { ...talk, attach: true });
    expect(afterwards.status).toBe(202);
  });

  test('with `attach`, at the same time, is one job that tells all of them', async () => {
    const api = createTestApi();
    const hook = (index: number): string => `https://example.org/hook-${index}`;
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        api.send('POST', '/api/jobs', { ...talk, attach: true, webhookUrl: hook(index) }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 202]);
    const [id = ''] = api.jobs.ids;
    expect(api.jobs.ids).toEqual([id]);
    const { requested } = await api.notifications.receivers('local', id);
    expect(requested.map(({ address }) => address).toSorted()).toEqual([0, 1, 2, 3, 4].map(hook));
  });
});

describe('local files', () => {
  const local = { host: '127.0.0.1:8787' };

  test('are taken where they are allowed, and a changed file is another source', async () => {
    const api = createTestApi({ allowLocalFiles: true });
    const path = join(testFolder(), 'a talk.mp4');
    await writeFile(path, 'one');
    const body = { url: pathToFileURL(path).href, attach: true };
    const first = await api.send('POST', '/api/jobs', body, local);
    expect(first.status).toBe(202);
    expect(await first.json()).toMatchObject({ source: path });
    expect((await api.send('POST', '/api/jobs', body, local)).status).toBe(200);
    await writeFile(path, 'another');
    expect((await api.send('POST', '/api/jobs', body, local)).status).toBe(202);
  });

  test('that are missing, or no files, are refused before anything starts', async () => {
    const api = createTestApi({ allowLocalFiles: true });
    const folder = testFolder();
    for (const path of [join(folder, 'missing.mp4'), folder]) {
      const answer = await api.send('POST', '/api/jobs', { url: pathToFileURL(path).href }, local);
      expect(await answer.json()).toMatchObject({ code: 'FileNotFound', status: 422 });
    }
  });

  test.each([
    ['a host name that resolves here', { host: 'evil.example:8787' }],
    ['a host that begins like loopback', { host: '127.0.0.1.evil.example' }],
    ['a web page', { ...local, origin: 'https://evil.example' }],
    ['a page of another local server', { ...local, origin: 'http://127.0.0.1:3000' }],
    ['a proxy', { ...local, 'x-forwarded-for': '203.0.113.7' }],
    ['no host', {}],
  ])('make the API refuse requests from %s', async (_name, headers) => {
    const api = createTestApi({ allowLocalFiles: true });
    const answer = await api.send('GET', '/api/jobs', undefined, headers);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'RequestRefused' });
  });

  test.each([
    [{ host: 'localhost:8787' }],
    [{ host: '[::1]:8787' }],
    [{ ...local, origin: 'http://127.0.0.1:8787' }],
  ])('leave the API open to %o', async (headers) => {
    const api = createTestApi({ allowLocalFiles: true });
    expect((await api.send('GET', '/api/jobs', undefined, headers)).status).toBe(200);
  });
});
