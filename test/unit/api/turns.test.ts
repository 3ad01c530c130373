import { expect, test } from 'vitest';
import { createTestApi, type TestApi } from '../../support/api.ts';
import { tokenOf } from '../../support/batch-api.ts';

const submit = async (api: TestApi, headers: Record<string, string>): Promise<string> => {
  const url = `https://example.org/${Math.random()}`;
  const answer = await api.send('POST', '/api/jobs', { url }, headers);
  return ((await answer.json()) as { id: string }).id;
};

test('a paused job gives its turn to the next, and goes on by itself when it is resumed', async () => {
  const api = createTestApi();
  const headers = await tokenOf(api, 'ada@example.org', 'alpha');
  const [first, second, third] = [
    await submit(api, headers),
    await submit(api, headers),
    await submit(api, headers),
  ] as const;
  expect(api.jobs.ids).toEqual([first]);
  api.jobs.set(first, 'running', { stage: 'transcribe' });
  expect((await api.send('POST', `/api/jobs/${first}/pause`, undefined, headers)).status).toBe(200);
  await api.dispatcher.dispatch();
  expect(api.jobs.ids).toEqual([first, second]);
  api.jobs.set(first, 'paused', { stage: 'transcribe' });
  // Also after a look into Temporal.
  await api.dispatcher.reconcile();
  await api.dispatcher.dispatch();
  expect(api.jobs.ids).toEqual([first, second]);
  expect((await api.send('POST', `/api/jobs/${first}/resume`, undefined, headers)).status).toBe(200);
  api.jobs.set(first, 'running', { stage: 'transcribe' });
  api.jobs.set(second, 'completed');
  await api.dispatcher.reconcile();
  await api.dispatcher.dispatch();
  expect(api.jobs.ids).not.toContain(third);
});

test('a job that waits for the download worker of its user gives its turn to the next until it has come', async () => {
  const api = createTestApi();
  const headers = await tokenOf(api, 'ada@example.org', 'alpha');
  const [first, second, third] = [
    await submit(api, headers),
    await submit(api, headers),
    await submit(api, headers),
  ] as const;
  const step = { activity: 'downloadAudio', attempt: 1, heartbeat: undefined } as const;
  const downloading = (download: 'no-worker' | 'running') => ({
    stage: 'acquire' as const,
    pendingSteps: [{ ...step, lastFailure: null, nextAttemptAt: null, download }],
  });
  api.jobs.set(first, 'running', downloading('no-worker'));
  await api.dispatcher.reconcile();
  await api.dispatcher.dispatch();
  expect(api.jobs.ids).toEqual([first, second]);
  api.jobs.set(first, 'running', downloading('running'));
  await api.dispatcher.reconcile();
  api.jobs.set(second, 'completed');
  await api.dispatcher.reconcile();
  await api.dispatcher.dispatch();
  expect(api.jobs.ids).not.toContain(third);
});

test('a job that all work was stopped under keeps its turn', async () => {
  const api = createTestApi();
  const headers = await tokenOf(api, 'ada@example.org', 'alpha');
  const first = await submit(api, headers);
  await submit(api, headers);
  api.jobs.set(first, 'paused', { stage: 'transcribe' });
  await api.dispatcher.reconcile();
  await api.dispatcher.dispatch();
  expect(api.jobs.ids).toEqual([first]);
});
