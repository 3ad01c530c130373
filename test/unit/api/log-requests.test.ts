import { expect, test } from 'vitest';
import { createTestApi } from '../../support/api.ts';

const SECRET = '5ec3e75ec3e7';

test('a request is told by its route, with user, status and job, without what its address holds', async () => {
  const { send, answered } = createTestApi();
  const sent = { url: `https://example.org/talk.mp4?token=${SECRET}` };
  const submitted = await send('POST', `/api/jobs?token=${SECRET}`, sent, { 'x-request-id': 'mine-1' });
  const { id } = (await submitted.json()) as { id: string };
  await send('GET', `/api/jobs/${id}/status?token=${SECRET}`);
  await send('PUT', `/api/uploads/${SECRET}`, 'bytes');
  await send('GET', `/nothing/${SECRET}`);
  await send('GET', '/api/jobs', undefined, { authorization: `Bearer ${SECRET}` });
  expect(submitted.headers.get('x-request-id')).toBe('mine-1');
  expect(answered).toMatchObject([
    { requestId: 'mine-1', method: 'POST', route: '/api/jobs', status: 202, user: 'local', job: id },
    { method: 'GET', route: '/api/jobs/:id/status', status: 200, user: 'local', job: id },
    { method: 'PUT', route: '/api/uploads/:id' },
    { method: 'GET', status: 404 },
    { method: 'GET', route: '/api/jobs', status: 401 },
  ]);
  expect(answered[4]).not.toHaveProperty('user');
  expect(JSON.stringify(answered)).not.toContain(SECRET);
  expect(new Set(answered.map(({ requestId }) => requestId)).size).toBe(answered.length);
});

test('health checks are not told', async () => {
  const { send, answered } = createTestApi();
  await send('GET', '/health');
  await send('GET', '/ready');
  await send('GET', '/metrics');
  expect(answered).toEqual([]);
});

test('an unexpected error is told with the request that met it', async () => {
  const told: unknown[] = [];
  const { send } = createTestApi({
    reportUnexpected: (error, request) => told.push([error.message, request?.requestId]),
    retention: { apply: () => Promise.reject(new Error('There is no Temporal.')) },
  });
  const answer = await send('POST', '/api/admin/retention', {}, { 'x-request-id': 'mine-2' });
  expect(answer.status).toBe(500);
  expect(told).toEqual([['There is no Temporal.', 'mine-2']]);
});
