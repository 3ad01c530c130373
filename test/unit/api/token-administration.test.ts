import { describe, expect, test } from 'vitest';
import { createTestApi, type TestApi } from '../../support/api.ts';

async function answered(api: TestApi, method: string, path: string, body?: unknown, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await api.send(method, path, body, headers);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function userToken(api: TestApi, email = 'ada@example.org', tier = 'alpha'): Promise<string> {
  return (await answered(api, 'POST', '/api/admin/tokens', { email, tier })).body['token'] as string;
}

const TALK = { url: 'https://example.org/talk' };

test('administrators see what each token has used this month, and who has used most', async () => {
  const api = createTestApi();
  const { catalogue, costLedger } = api.repositories;
  const used = async (email: string, seconds: number, costUsd: number) => {
    const token = await userToken(api, email, 'beta');
    const { body } = await answered(api, 'POST', '/api/jobs', TALK, token);
    const job = await catalogue.find(body['id'] as string);
    if (job === undefined) throw new Error('The job is not known.');
    const { id, accountId, operationId } = job;
    const stages = [{ stage: 'transcribe', model: 'm', seconds: 1, costUsd }];
    await costLedger.report({ jobId: id, runId: 'run', report: 1, accountId, stages });
    const end = { state: 'completed', title: null, durationSeconds: seconds, error: null } as const;
    await catalogue.settle({ id, operationId, ...end });
    return accountId;
  };
  const cheap = await used('ada@example.org', 900, 0);
  const dear = await used('bob@example.org', 60, 1.5);
  await userToken(api, 'idle@example.org');
  const month = new Date().toISOString().slice(0, 7);
  const { tokens } = (await answered(api, 'GET', '/api/admin/tokens')).body as {
    tokens: { id: string; usage: object }[];
  };
  expect(tokens.map(({ id, usage }) => [id, usage])).toEqual([
    [expect.any(String), { month, videos: 0, seconds: 0, costUsd: 0 }],
    [dear, { month, videos: 1, seconds: 60, costUsd: 1.5 }],
    [cheap, { month, videos: 1, seconds: 900, costUsd: 0 }],
  ]);
  expect((await answered(api, 'GET', '/api/admin/overview')).body['heaviest']).toEqual([
    {
      ...{ accountId: dear, email: 'bob@example.org', tier: 'beta' },
      ...{ videos: 1, seconds: 60, costUsd: 1.5 },
    },
    {
      ...{ accountId: cheap, email: 'ada@example.org', tier: 'beta' },
      ...{ videos: 1, seconds: 900, costUsd: 0 },
    },
  ]);
});

describe('another tier', () => {
  test('holds at once, for jobs that wait as well, and what the month has used stays', async () => {
    const api = createTestApi();
    const made = await answered(api, 'POST', '/api/admin/tokens', {
      ...{ email: 'ada@example.org', tier: 'alpha' },
    });
    const token = made.body['token'] as string;
    const path = `/api/admin/tokens/${String(made.body['id'])}`;
    const submit = async () => {
      const { body } = await answered(api, 'POST', '/api/jobs', TALK, token);
      return body['id'] as string;
    };
    const [running, waiting] = [await submit(), await submit()];
    expect(api.jobs.ids).toEqual([running]);
    const changed = await answered(api, 'PATCH', path, { tier: 'analyst' });
    expect(changed).toMatchObject({ status: 200, body: { tier: 'analyst' } });
    await api.dispatcher.dispatch();
    expect(api.jobs.startOf(waiting).input.account).toMatchObject({
      ...{ tier: 'analyst', longestVideoSeconds: 12 * 3600, weight: 4 },
    });
    expect(api.jobs.startOf(running).input.account).toMatchObject({ tier: 'alpha' });
    expect((await answered(api, 'GET', '/api/usage', undefined, token)).body).toMatchObject({
      ...{ tier: 'analyst', videos: { used: 2, limit: 2000 }, runningAtOnce: 10 },
    });
    // A job that failed under the old tier is done again under the new one.
    api.jobs.set(running, 'failed');
    expect(
      (await answered(api, 'POST', `/api/jobs/${running}/redo`, { from: 'acquire' }, token)).status,
    ).toBe(200);
    expect(api.jobs.startOf(running).input.account).toMatchObject({ tier: 'analyst' });
  });

  test('is given by administrators alone, and is one that there is', async () => {
    const api = createTestApi();
    const made = await answered(api, 'POST', '/api/admin/tokens', {
      ...{ email: 'ada@example.org', tier: 'alpha' },
    });
    const path = `/api/admin/tokens/${String(made.body['id'])}`;
    const own = made.body['token'] as string;
    expect((await answered(api, 'PATCH', path, { tier: 'enterprise' }, own)).status).toBe(403);
    expect((await answered(api, 'PATCH', path, { tier: 'gold' })).status).toBe(422);
    expect((await answered(api, 'PATCH', path, {})).status).toBe(422);
    expect((await answered(api, 'PATCH', '/api/admin/tokens/token_x', { tier: 'beta' })).status).toBe(404);
  });
});
