import { describe, expect, test, vi } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { videoJobInputSchema } from '../../../src/contracts/video-intelligence.ts';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import { groundKey } from '../../../src/domain/ground.ts';
import type { JobState } from '../../../src/domain/job.ts';
import { createTestApi, submitted } from '../../support/api.ts';
import { groundOfATalk as ground } from '../../support/ground.ts';
import { testFolder } from '../../support/test-folder.ts';

const act = async (
  api: ReturnType<typeof createTestApi>,
  id: string,
  action: string,
  body?: unknown,
  key?: string,
) => {
  const answer = await api.send(
    'POST',
    `/api/jobs/${id}/${action}`,
    body,
    key ? { 'idempotency-key': key } : {},
  );
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

async function jobIn(state: JobState, stage: 'entities' | 'transcribe' = 'entities') {
  const api = createTestApi();
  const id = await submitted(api);
  api.jobs.set(id, state, { stage });
  return { api, id };
}

describe('actions', () => {
  test.each([
    ['pause', 'running'],
    ['resume', 'paused'],
    ['retry', 'needs_attention'],
    ['skip', 'needs_attention'],
  ] as const)('%s tells a job that is %s', async (action, state) => {
    const { api, id } = await jobIn(state);
    const { status, body } = await act(api, id, action);
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, message: expect.stringMatching(/^The job|^The step/) as string });
    expect(api.jobs.signals).toMatchObject([{ jobId: id, signal: { name: action } }]);
  });

  test('retry carries changed settings, and refuses settings that do not exist', async () => {
    const { api, id } = await jobIn('needs_attention');
    await act(api, id, 'retry', { settings: { model: 'base', concurrency: 1 } });
    expect(api.jobs.signals[0]?.signal).toEqual({
      name: 'retry',
      settings: { model: 'base', concurrency: 1 },
    });
    expect((await act(api, id, 'retry', { settings: { beam: 5 } })).status).toBe(422);
  });

  test('a change reaches a job that runs, and one that has ended is to be redone instead', async () => {
    const { api, id } = await jobIn('running');
    const change = { priority: 9, route: 'long', settings: { model: 'base' } };
    expect((await api.send('PATCH', `/api/jobs/${id}`, change)).status).toBe(200);
    expect(api.jobs.signals).toEqual([{ jobId: id, signal: { name: 'change', change } }]);
    for (const wrong of [{}, { priority: 11 }, { settings: { beam: 5 } }])
      expect((await api.send('PATCH', `/api/jobs/${id}`, wrong)).status).toBe(422);
    api.jobs.set(id, 'completed');
    expect((await api.send('PATCH', `/api/jobs/${id}`, change)).status).toBe(409);
    expect((await api.send('PATCH', '/api/jobs/job_missing', change)).status).toBe(404);
  });

  test('a job that ends while it is told something is told of as one that has ended', async () => {
    const { api, id } = await jobIn('running');
    vi.spyOn(api.jobs, 'signal').mockRejectedValue(new ClipScribeError('JobNotFound', 'There is none.'));
    const answer = await api.send('PATCH', `/api/jobs/${id}`, { priority: 9 });
    expect(await answer.json()).toMatchObject({
      code: 'ActionNotPossible',
      detail: 'The job has just ended.',
    });
  });

  test.each([
    ['pause', 'completed'],
    ['resume', 'needs_attention'],
    ['retry', 'running'],
    ['skip', 'paused'],
    ['cancel', 'completed'],
    ['cancel', 'failed'],
  ] as const)('%s is refused with 409 when the job is %s', async (action, state) => {
    const { api, id } = await jobIn(state);
    const { status, body } = await act(api, id, action);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'ActionNotPossible' });
    expect(api.jobs.signals).toEqual([]);
  });

  test('skip is refused for a step that the results cannot do without', async () => {
    const { api, id } = await jobIn('needs_attention', 'transcribe');
    expect((await act(api, id, 'skip')).status).toBe(409);
  });

  test('skip is for the step that waits, which may be another than the stage of the job', async () => {
    const { api, id } = await jobIn('needs_attention', 'transcribe');
    const error = { code: 'ModelRejected', message: 'The encoder failed.', stage: 'speakers' } as const;
    api.jobs.set(id, 'needs_attention', { stage: 'transcribe', error });
    const { status, body } = await act(api, id, 'skip');
    expect(status).toBe(200);
    expect(body['message']).toBe('The job goes on without the step "speakers".');
  });

  test('cancel ends a job, and once more changes nothing', async () => {
    const { api, id } = await jobIn('running');
    expect((await act(api, id, 'cancel')).status).toBe(200);
    expect((await act(api, id, 'cancel')).status).toBe(200);
    expect((await api.jobs.describe(id)).status).toBe('cancelled');
  });

  test('cancel waits for a start that is under way', async () => {
    const api = createTestApi();
    const [begun, answered] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
    const start = api.jobs.start.bind(api.jobs);
    vi.spyOn(api.jobs, 'start').mockImplementation(async (job) => {
      begun.resolve(job.input.jobId);
      await answered.promise;
      return start(job);
    });
    const submitting = api.send('POST', '/api/jobs', { url: 'https://example.org/talk' });
    const id = await begun.promise;
    const cancelling = act(api, id, 'cancel');
    await expect(
      Promise.race([cancelling, new Promise((resolve) => setTimeout(resolve, 200))]),
    ).resolves.toBe(undefined);
    answered.resolve();
    expect((await cancelling).status).toBe(200);
    expect((await submitting).status).toBe(202);
    expect((await api.jobs.describe(id)).status).toBe('cancelled');
  });

  test('cancel reaches a workflow, too, whose start was not answered', async () => {
    const api = createTestApi();
    const start = api.jobs.start.bind(api.jobs);
    vi.spyOn(api.jobs, 'start').mockImplementation(async (job) => {
      await start(job);
      throw new ClipScribeError('ServiceUnavailable', 'The answer got lost.');
    });
    const answer = await api.send('POST', '/api/jobs', { url: 'https://example.org/talk' });
    const { id } = (await answer.json()) as { id: string };
    expect((await act(api, id, 'cancel')).status).toBe(200);
    expect((await api.jobs.describe(id)).status).toBe('cancelled');
  });
});

describe('redo', () => {
  test('starts an ended job again under its id, from a stage, with changed settings', async () => {
    const { api, id } = await jobIn('completed');
    expect((await act(api, id, 'redo', { from: 'entities', settings: { model: 'small' } })).status).toBe(200);
    const { input, memo } = api.jobs.startOf(id);
    expect(input).toMatchObject({ jobId: id, settings: { model: 'small' }, redo: { from: 'entities' } });
    expect(memo.settings).toEqual({ model: 'small' });
    expect((await api.jobs.describe(id)).status).toBe('queued');
  });

  test('changes single subtitle settings and leaves the others, and refuses one that is out of range', async () => {
    const { api, id } = await jobIn('completed');
    for (const subtitles of [{ maxLines: 1 }, { preset: 'shorts' }]) {
      await act(api, id, 'redo', { from: 'subtitles', settings: { subtitles } });
      api.jobs.set(id, 'completed');
    }
    expect(api.jobs.startOf(id).input.settings.subtitles).toEqual({ maxLines: 1, preset: 'shorts' });
    const refused = await act(api, id, 'redo', {
      from: 'subtitles',
      settings: { subtitles: { maxLines: 9 } },
    });
    expect(refused.status).toBe(422);
  });

  test('makes other cache keys each time, but for the same idempotency key', async () => {
    const { api, id } = await jobIn('completed');
    const nonces: (string | undefined)[] = [];
    for (const key of ['a', 'a', 'b']) {
      await act(api, id, 'redo', { from: 'report' }, key);
      nonces.push(videoJobInputSchema.parse(api.jobs.startOf(id).input).redo?.nonce);
      api.jobs.set(id, 'completed');
    }
    expect(nonces[0]).toBe(nonces[1]);
    expect(nonces[2]).not.toBe(nonces[0]);
  });

  test.each([
    ['publish', {}, true],
    ['corrections', { subtitles: { maxLines: 1 } }, true],
    ['speakers', {}, false],
    ['report', { language: 'de' }, false],
  ] as const)(
    'from %s with %j goes on from what was found where that will do: %s',
    async (from, settings, fromGround) => {
      const store = new LocalArtifactStore(testFolder());
      const api = createTestApi({ store });
      const id = await submitted(api);
      await store.put(groundKey('local', id), JSON.stringify(ground));
      api.jobs.set(id, 'completed');
      await act(api, id, 'redo', { from, settings });
      expect(api.jobs.startOf(id).input).toMatchObject({ redo: { from, fromGround }, amend: false });
    },
  );

  test('finds anew what nobody has kept, or what was found with other settings than it has now', async () => {
    const store = new LocalArtifactStore(testFolder());
    const api = createTestApi({ store });
    const id = await submitted(api);
    const againFrom = async (from: string) => {
      api.jobs.set(id, 'failed');
      await act(api, id, 'redo', { from });
      return videoJobInputSchema.parse(api.jobs.startOf(id).input).redo?.fromGround;
    };
    expect(await againFrom('report')).toBe(false);
    await store.put(groundKey('local', id), JSON.stringify({ ...ground, settings: { language: 'de' } }));
    expect(await againFrom('report')).toBe(false);
    await store.put(groundKey('local', id), JSON.stringify({ ...ground, settings: {} }));
    expect(await againFrom('report')).toBe(true);
  });

  test('is refused while the job runs, and for a stage that does not exist', async () => {
    const { api, id } = await jobIn('running');
    expect((await act(api, id, 'redo', { from: 'entities' })).status).toBe(409);
    expect((await act(api, id, 'redo', { from: 'dub' })).status).toBe(422);
    expect((await act(api, id, 'redo')).status).toBeGreaterThanOrEqual(400);
  });
});
