import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeApi } from '../../../src/api/describe-api.ts';
import { createTestApi, submitted } from '../../support/api.ts';

const openApi = readFileSync(new URL('../../../openapi.json', import.meta.url), 'utf8');

describe('problems', () => {
  test.each([
    'GET /api/jobs/job_missing',
    'GET /api/jobs/job_missing/status',
    'GET /api/jobs/job_missing/events',
    'GET /api/jobs/job_missing/artifacts',
    'GET /api/jobs/job_missing/artifacts/core.json',
    'POST /api/jobs/job_missing/cancel',
    'POST /api/jobs/job_missing/pause',
  ])('an unknown job is 404 JobNotFound: %s', async (call) => {
    const [method = '', path = ''] = call.split(' ');
    const answer = await createTestApi().send(method, path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: 'JobNotFound',
      status: 404,
      type: 'urn:clipscribe:problem:JobNotFound',
      fix: expect.any(String) as string,
    });
  });

  test.each(['/api/nothing', '/docs/nothing', '/docs/constructor'])(
    'an unknown address is 404 NotFound: %s',
    async (path) => {
      const answer = await createTestApi().send('GET', path);
      expect(await answer.json()).toMatchObject({ code: 'NotFound', status: 404 });
    },
  );

  test.each(['/api/batches/ID', '/api/webhooks/ID/deliveries', '/api/projects/ID/jobs'])(
    'a name that nothing can have is 404 NotFound: %s',
    async (path) => {
      const answer = await createTestApi().send('GET', path.replace('ID', 'x'.repeat(101)));
      expect(await answer.json()).toMatchObject({ code: 'NotFound', status: 404 });
    },
  );

  test('a body that is no JSON is 422 InvalidInput', async () => {
    const answer = await createTestApi().send('POST', '/api/jobs', '{', {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'InvalidInput', status: 422 });
  });

  test('every route that names something may answer that there is none', () => {
    const { paths } = JSON.parse(openApi) as {
      paths: Record<string, Record<string, { responses: Record<string, object> }>>;
    };
    for (const [path, methods] of Object.entries(paths))
      for (const [method, { responses }] of Object.entries(methods))
        if (path.includes('{')) expect(responses, `${method} ${path}`).toHaveProperty('404');
  });

  test('Temporal being away is 503 with a time to come back, while the process is healthy', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    api.jobs.reachable = false;
    for (const path of ['/ready', '/api/jobs', `/api/jobs/${id}/status`]) {
      const answer = await api.send('GET', path);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ code: 'ServiceUnavailable' });
    }
    const health = await api.send('GET', '/health');
    expect(await health.json()).toMatchObject({ status: 'ok', service: 'clipscribe-api' });
  });

  test('a defect of ours is reported to us and told to nobody', async () => {
    const api = createTestApi();
    api.jobs.listOpen = () => Promise.reject(new TypeError('secret detail at /srv/clipscribe/app.ts:1'));
    const answer = await api.send('GET', '/api/jobs');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret detail');
    expect(api.defects).toHaveLength(1);
  });

  test('every answer forbids content sniffing and foreign frames', async () => {
    const answer = await createTestApi().send('GET', '/health');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});

describe('the description of the API', () => {
  test('in openapi.json is the one that the routes give; `npm run openapi` writes it anew', () => {
    expect(openApi).toBe(describeApi());
  });

  test('is served, and readable as a page that loads nothing from elsewhere', async () => {
    const api = createTestApi();
    expect(await (await api.send('GET', '/openapi.json')).json()).toEqual(JSON.parse(openApi));
    const page = await (await api.send('GET', '/docs')).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect((await api.send('GET', file)).status, file).toBe(200);
    expect((await api.send('GET', '/docs/package.json')).status).toBe(404);
  });
});
