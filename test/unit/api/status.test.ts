import { describe, expect, test } from 'vitest';
import { createTestApi, submitted } from '../../support/api.ts';

const statusOf = async (api: ReturnType<typeof createTestApi>, id: string) =>
  (await (await api.send('GET', `/api/jobs/${id}/status`)).json()) as Record<string, unknown>;

describe('the status of a job', () => {
  test('is queued, without a start, while no worker has taken it', async () => {
    const api = createTestApi();
    api.jobs.hasWorker = false;
    expect(await statusOf(api, await submitted(api))).toMatchObject({
      status: 'queued',
      startedAt: null,
      progress: 0,
      queuePosition: null,
      estimatedWaitSeconds: null,
      error: null,
      retrying: null,
    });
  });

  test('counts what a running chunk has done, so that a video of one chunk advances', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    const running = {
      stage: 'transcribe',
      chunksTotal: 1,
      acquiredSeconds: 100,
      acquireComplete: true,
    } as const;
    api.jobs.set(id, 'running', running);
    const before = await statusOf(api, id);
    const heartbeat = { secondsDone: 50, segments: [], language: 'en' };
    const step = {
      activity: 'transcribeChunk',
      attempt: 1,
      heartbeat,
      lastFailure: null,
      nextAttemptAt: null,
    };
    api.jobs.set(id, 'running', { ...running, pendingSteps: [step] });
    const after = await statusOf(api, id);
    expect(after['transcribedSeconds']).toBe(50);
    expect(after['progress'] as number).toBeGreaterThan(before['progress'] as number);
    // A cancellation ends the step, and its count goes with it.
    api.jobs.set(id, 'cancelled', running);
    expect(await statusOf(api, id)).toMatchObject({ status: 'cancelled', progress: after['progress'] });
  });

  test.each([
    [
      'no-worker',
      'waits for your download worker. If none runs, start one on your machine: clipscribe worker --role download',
    ],
    ['queued', 'waits for its turn on your download worker'],
    ['running', 'your download worker is at it · 1.5 of 3.0 MB'],
  ] as const)('says plainly how a download stands: %s', async (download, message) => {
    const api = createTestApi();
    const id = await submitted(api);
    const heartbeat = { receivedBytes: 1_500_000, totalBytes: 3_000_000 };
    const step = { activity: 'downloadAudio', attempt: 1, heartbeat, lastFailure: null, nextAttemptAt: null };
    api.jobs.set(id, 'running', { pendingSteps: [{ ...step, download }] });
    expect(await statusOf(api, id)).toMatchObject({ download: { state: download, message } });
  });

  test('does not trust what a heartbeat says beyond its numbers', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    const step = { activity: 'transcribeChunk', attempt: 1, lastFailure: null, nextAttemptAt: null };
    api.jobs.set(id, 'running', {
      pendingSteps: [
        { ...step, heartbeat: { secondsDone: '9' } },
        { ...step, heartbeat: null },
        { ...step, heartbeat: { secondsDone: -3 } },
      ],
    });
    expect(await statusOf(api, id)).toMatchObject({ transcribedSeconds: 0 });
  });

  test.each(['translateSegments', 'joinTranslation'])(
    'names the stage of %s that is tried again',
    async (activity) => {
      const api = createTestApi();
      const id = await submitted(api);
      const lastFailure = { type: 'ModelRateLimited', message: 'The model asks for time.' };
      const pendingSteps = [{ activity, attempt: 2, heartbeat: null, lastFailure, nextAttemptAt: null }];
      api.jobs.set(id, 'running', { stage: 'translate', pendingSteps });
      expect((await statusOf(api, id)).retrying).toMatchObject({ stage: 'translate', attempt: 2 });
    },
  );

  test('says why a job stands still, in words made for users only', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    const step = { activity: 'acquireAudio', attempt: 3, heartbeat: undefined, nextAttemptAt: null };
    const lastFailure = { type: 'NetworkFailure', message: 'The connection broke after 3 MB.' };
    api.jobs.set(id, 'running', { pendingSteps: [{ ...step, lastFailure }] });
    expect(await statusOf(api, id)).toMatchObject({
      retrying: { stage: 'acquire', attempt: 3, code: 'NetworkFailure', message: lastFailure.message },
    });
    api.jobs.set(id, 'running', {
      pendingSteps: [
        { ...step, lastFailure: { type: 'TypeError', message: 'x of undefined in /srv/app.ts' } },
      ],
    });
    const { retrying } = await statusOf(api, id);
    expect(retrying).toMatchObject({ code: 'InternalError' });
    expect(JSON.stringify(retrying)).not.toContain('/srv/app.ts');
  });

  test('of a failed job carries its error, with a worker and without', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    const error = { code: 'CorruptMedia', message: 'It is damaged.', stage: 'acquire' } as const;
    api.jobs.set(id, 'failed', { error, failure: { ...error, stage: null } });
    expect(await statusOf(api, id)).toMatchObject({ status: 'failed', error });
    api.jobs.hasWorker = false;
    expect(await statusOf(api, id)).toMatchObject({ status: 'failed', error: { ...error, stage: null } });
  });

  test('of a completed job is 100, also when nobody is there to ask', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    api.jobs.set(id, 'completed');
    api.jobs.hasWorker = false;
    expect(await statusOf(api, id)).toMatchObject({
      status: 'completed',
      progress: 100,
      estimatedCompletion: null,
    });
  });
});

describe('listing jobs', () => {
  test('goes through all of them by cursor, each once', async () => {
    const api = createTestApi();
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await submitted(api));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const answer = await api.send('GET', `/api/jobs?limit=2${query}`);
      const page = (await answer.json()) as { jobs: { id: string }[]; nextCursor: string | null };
      seen.push(...page.jobs.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
  });

  test('tells a job once that ends while the list is read', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    const { catalogue } = api.repositories;
    const { operationId = '' } = (await catalogue.find(id)) ?? {};
    const findAll = catalogue.findAll.bind(catalogue);
    catalogue.findAll = async (ids) => {
      const rows = await findAll(ids);
      const end = { state: 'completed', title: null, durationSeconds: 60, error: null } as const;
      await catalogue.settle({ id, operationId, ...end });
      return rows;
    };
    const answer = await api.send('GET', '/api/jobs');
    expect(((await answer.json()) as { jobs: unknown[] }).jobs).toMatchObject([{ id }]);
    expect((await catalogue.find(id))?.state).toBe('completed');
  });

  test('can be limited to a state, and refuses one that does not exist', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    await submitted(api);
    api.jobs.set(id, 'needs_attention');
    const answer = await api.send('GET', '/api/jobs?status=needs_attention');
    expect(((await answer.json()) as { jobs: unknown[] }).jobs).toMatchObject([
      { id, status: 'needs_attention' },
    ]);
    expect((await api.send('GET', '/api/jobs?status=asleep')).status).toBe(422);
    expect((await api.send('GET', '/api/jobs?limit=1000')).status).toBe(422);
  });
});
