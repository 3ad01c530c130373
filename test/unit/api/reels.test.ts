import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src/api/jobs/job-schemas.ts';
import type { Problem } from '../../../src/api/problems.ts';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';

const CLIPS = ['https://example.org/one.mp4', 'https://example.org/two.mp4#t=1,4'];

const store = { find: () => Promise.resolve(undefined) } as never;

/** A reel, or why there is none. */
type Answer = Omit<Job, 'status'> & Omit<Problem, 'status'> & { status: unknown };

const stitch = async ({ send }: TestApi, body: object): Promise<Answer> =>
  (await (await send('POST', '/api/reels', body)).json()) as Answer;

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

  it('is the same reel for the same name of the request, and another one for the next try', async () => {
    const api = createTestApi();
    const body = { clipPaths: CLIPS, jobId: 'mine' };
    const first = await stitch(api, body);
    expect((await stitch(api, body)).id).toBe(first.id);
    expect((await stitch(api, { ...body, retryAttempt: 1 })).id).not.toBe(first.id);
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
