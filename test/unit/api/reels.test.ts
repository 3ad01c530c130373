import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src/api/jobs/job-schemas.ts';
import type { Problem } from '../../../src/api/problems.ts';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import { acceptJob } from '../../support/accept-job.ts';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';

const CLIPS = ['https://example.org/one.mp4', 'https://example.org/two.mp4#t=1,4'];

const store = { find: () => Promise.resolve(undefined) } as never;

/** A reel, or why there is none. */
type Answer = Omit<Job, 'status'> & Omit<Problem, 'status'> & { status: unknown };

const stitch = async ({ send }: TestApi, body: object): Promise<Answer> =>
  (await (await send('POST', '/api/reels', body)).json()) as Answer;

describe('PATCH /api/jobs/{id} of a reel', () => {
  const change = async (api: TestApi, id: string, body: object): Promise<Answer & { message: string }> =>
    (await (await api.send('PATCH', `/api/jobs/${id}`, body)).json()) as Answer & { message: string };

  it('gives one that runs another turn and route, and refuses what its parts have to agree in', async () => {
    const api = createTestApi();
    const { id } = await stitch(api, { clipPaths: CLIPS });
    api.jobs.set(id, 'running', { stage: 'encode' });
    const turn = { priority: 9, route: 'long' };
    expect((await change(api, id, turn)).message).toBe('The change holds from the next step on.');
    expect(await change(api, id, { settings: { model: 'base' } })).toMatchObject({
      ...{ status: 422, code: 'InvalidInput' },
      detail: expect.stringContaining('"model"') as string,
    });
    expect(await change(api, id, { settings: { compression: 'fast' } })).toMatchObject({
      ...{ status: 409, code: 'ActionNotPossible' },
      detail: expect.stringContaining('same settings') as string,
    });
    expect(api.jobs.signals).toEqual([{ jobId: id, signal: { name: 'change', change: turn } }]);
  });

  it('starts one that waits for its turn with the change, and with all else as it was asked for', async () => {
    const api = createTestApi();
    const asked = { clipPaths: CLIPS, orientation: 'square', subtitles: 'attached' };
    const start = api.jobs.startOf((await stitch(api, asked)).id);
    const id = 'reel_waiting';
    const waiting = { ...start, input: { ...start.input, jobId: id } };
    await api.repositories.catalogue.accept([acceptJob({ id, userId: 'local', start: waiting })]);
    const answer = await change(api, id, {
      ...{ priority: 9, route: 'long' },
      settings: { subtitles: 'burned' },
    });
    expect(answer.message).toBe('The job will start with the change.');
    await api.dispatcher.dispatch();
    expect(api.jobs.startOf(id).input).toMatchObject({
      ...{ priority: 9, route: 'long' },
      settings: { orientation: 'square', subtitles: 'burned', framing: 'fit' },
    });
  });
});

describe('POST /api/jobs/{id}/retry of a reel', () => {
  const retry = async (api: TestApi, id: string, settings: object): Promise<Answer & { message: string }> =>
    (await (await api.send('POST', `/api/jobs/${id}/retry`, { settings })).json()) as Answer & {
      message: string;
    };

  it('takes other settings as long as nothing of it is made, and then none', async () => {
    const api = createTestApi();
    const { id } = await stitch(api, { clipPaths: CLIPS });
    const settings = { compression: 'fast', crossfadeSeconds: 1 };
    const counts = { clipsTotal: 2, clipsReady: 1, clipsSkipped: 0, secondsToEncode: 0, secondsEncoded: 0 };
    api.jobs.set(id, 'needs_attention', { stage: 'download', ...counts });
    expect(await retry(api, id, settings)).toMatchObject({ message: 'The step "download" is tried again.' });
    expect(api.jobs.signals).toEqual([{ jobId: id, signal: { name: 'retry', settings } }]);
    // Its clips have been listened to, or not.
    expect((await retry(api, id, { loudness: 'keep' })).code).toBe('ActionNotPossible');
    expect((await retry(api, id, { model: 'base' })).code).toBe('InvalidInput');
    for (const stage of ['encode', 'join', 'publish'] as const) {
      api.jobs.set(id, 'needs_attention', { stage, ...counts });
      expect(await retry(api, id, settings)).toMatchObject({ status: 409, code: 'ActionNotPossible' });
      expect((await retry(api, id, {})).message).toBe(`The step "${stage}" is tried again.`);
    }
  });
});

describe('POST /api/reels', () => {
  it('accepts clips with their spans, in their order', async () => {
    const api = createTestApi();
    const reel = await stitch(api, { clipPaths: CLIPS, orientation: 'portrait' });
    expect(reel).toMatchObject({
      kind: 'reelStitch',
      status: 'queued',
      settings: { orientation: 'portrait' },
    });
    expect(api.jobs.startOf(reel.id).input).toMatchObject({
      clips: [
        { locator: { kind: 'url', url: 'https://example.org/one.mp4' }, start: 0, end: null },
        { locator: { kind: 'url', url: 'https://example.org/two.mp4' }, start: 1, end: 4 },
      ],
    });
  });

  it('takes as many clips as there may be, with the longest addresses', async () => {
    const api = createTestApi();
    const signed = (index: number): string => `https://example.org/${index}?signature=`.padEnd(4096, 'a');
    const clipPaths = Array.from({ length: 100 }, (_, index) => signed(index));
    const reel = await stitch(api, { clipPaths });
    expect(api.jobs.startOf(reel.id).input['clips']).toHaveLength(100);
    const tooLarge = await stitch(api, { clipPaths: ['x'.repeat(8 * 1024 ** 2)] });
    expect(tooLarge).toMatchObject({ status: 413, code: 'InvalidInput' });
  });

  it('takes the video of a job of the caller, and of nobody else', async () => {
    const api = createTestApi({ store });
    const jobId = await submitted(api);
    const reel = await stitch(api, {
      clips: [{ source: jobId, start: 2, end: 3 }, { source: `${jobId}#t=5,6` }],
    });
    expect(api.jobs.startOf(reel.id).input['clips']).toMatchObject([
      { locator: { kind: 'url', url: 'https://example.org/talk' }, start: 2, end: 3 },
      { start: 5, end: 6 },
    ]);
    const foreign = await stitch(api, { clipPaths: ['job_01jd3m0p4ye6v8xz2q5r7t9abc', jobId] });
    expect(foreign.code).toBe('JobNotFound');
  });

  it("does not ask a site that the user's own machine asks", async () => {
    const api = createTestApi({ store });
    const jobId = await submitted(api, {
      url: 'https://example.org/talk',
      options: { download: 'worker' },
    });
    const refused = await stitch(api, { clipPaths: [jobId, ...CLIPS] });
    expect(refused).toMatchObject({
      code: 'InvalidInput',
      detail: expect.stringContaining('Give the video file'),
    });
  });

  it('makes one reel of a project at a time, and says which', async () => {
    const api = createTestApi();
    const first = await stitch(api, { clipPaths: CLIPS, projectId: 'p' });
    const second = await stitch(api, { clipPaths: CLIPS, projectId: 'p' });
    expect(second).toMatchObject({ status: 409, code: 'JobAlreadyRunning', jobId: first.id });
    expect((await stitch(api, { clipPaths: CLIPS, projectId: 'other' })).kind).toBe('reelStitch');
    const third = await stitch(api, { clipPaths: CLIPS, projectId: 'p', force_restart: true });
    expect(third.kind).toBe('reelStitch');
    expect((await api.jobs.describe(first.id)).status).toBe('cancelled');
    const listed = (await (await api.send('GET', '/api/projects/p/jobs')).json()) as { jobs: Job[] };
    expect(listed.jobs.map(({ id }) => id).sort()).toEqual([first.id, third.id].sort());
  });

  it('takes the place of one whose workflow is gone and that nobody has settled yet', async () => {
    const api = createTestApi();
    const first = await stitch(api, { clipPaths: CLIPS, projectId: 'p' });
    api.jobs.cancel = () => Promise.reject(new ClipScribeError('JobNotFound', 'It has ended.'));
    const second = await stitch(api, { clipPaths: CLIPS, projectId: 'p', force_restart: true });
    expect(second.kind).toBe('reelStitch');
    expect(second.id).not.toBe(first.id);
  });

  it('is the same reel for the same name of the request, and another one for the next try', async () => {
    const api = createTestApi();
    const body = { clipPaths: CLIPS, jobId: 'mine' };
    const first = await stitch(api, body);
    expect((await stitch(api, body)).id).toBe(first.id);
    expect((await stitch(api, { ...body, retryAttempt: 1 })).id).not.toBe(first.id);
    const other = await stitch(api, { ...body, orientation: 'portrait' });
    expect(other).toMatchObject({ status: 422, code: 'InvalidInput' });
  });

  it.each([
    ['one clip', { clipPaths: [CLIPS[0]] }, 'InsufficientClips'],
    ['no clip', { clips: [] }, 'InsufficientClips'],
    ['a file where files are not taken', { clipPaths: ['file:///etc/passwd', CLIPS[0]] }, 'InvalidUrl'],
    ['a bucket that is not open', { clipPaths: ['gs://private/a.mp4', CLIPS[0]] }, 'Forbidden'],
    ['an output that is not open', { clipPaths: CLIPS, outputPath: 's3://private/a.mp4' }, 'Forbidden'],
    ['another user', { clipPaths: CLIPS, userId: 'user_other' }, 'Forbidden'],
    ['a span that ends before it starts', { clipPaths: [`${CLIPS[0]}#t=9,2`, CLIPS[0]] }, 'InvalidInput'],
    ['two lists of clips', { clipPaths: CLIPS, clips: [] }, 'InvalidInput'],
  ])('refuses %s', async (_name, body, code) => {
    expect((await stitch(createTestApi(), body)).code).toBe(code);
  });

  it("takes a user's own part of a bucket, and not a neighbour's", async () => {
    const api = createTestApi({ clipLocations: ['gs://clips/{user}/'] });
    const own = ['gs://clips/local/a.mp4', 'gs://clips/local/deep/b c.mp4'];
    expect((await stitch(api, { clipPaths: own })).kind).toBe('reelStitch');
    for (const foreign of [
      'gs://clips/other/a.mp4',
      'gs://clips/localhost/a.mp4',
      'gs://clips/local/../other/a.mp4',
    ])
      expect((await stitch(api, { clipPaths: [foreign, own[0]] })).code).toBe('Forbidden');
  });
});
