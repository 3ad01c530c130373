import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProposeMoments } from '../../../src/activities/propose-moments.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { proposalSchema } from '../../../src/domain/proposal.ts';
import { JobsStack } from '../../support/jobs-stack.ts';
import { transcriptOf } from '../../support/spoken-lines.ts';
import { testFolder } from '../../support/test-folder.ts';

/** A proposal over the API, with its real steps, of a video job whose results lie in a real store. */
let stack: JobsStack;

const transcript = transcriptOf([
  { text: 'So, you know, we can begin with it now.', speaker: 'S1' },
  { text: 'What did the flood do to the homes in the valley?', speaker: 'S2', pause: 1 },
  { text: 'The flood destroyed four hundred homes along the river.', speaker: 'S1', pause: 0.4 },
  { text: 'And that was sort of it, I think.', speaker: 'S1', pause: 1 },
  { text: 'Senator Jane Doe never visited the flooded valley in those 14 months.', speaker: 'S1', pause: 1 },
  { text: 'The reservoir above the valley will be empty before the next summer.', speaker: 'S1', pause: 1 },
]);

beforeAll(async () => {
  stack = await JobsStack.start({
    transcript,
    activities: (dependencies) => ({ proposeMoments: createProposeMoments(dependencies) }),
  });
});

afterAll(async () => {
  await stack.close();
  expect(stack.defects).toEqual([]);
});

const propose = (jobId: string, body: object = {}) =>
  stack.call('POST', '/api/reels/proposals', { jobId, ...body });

describe('a proposal', () => {
  test('is a job of its own, whose result is the moments of the video', async () => {
    const videoId = await stack.completedVideo();
    const { status, body } = await propose(videoId, { lengthSeconds: 30 });
    expect(status).toBe(202);
    expect(body).toMatchObject({ kind: 'reelPropose', source: videoId, settings: { lengthSeconds: 30 } });
    expect(body['id']).toMatch(/^reel_/);
    const done = await stack.untilStatus(body['id'], 'completed');
    const result = await stack.call('GET', `/api/jobs/${String(body['id'])}/artifacts/proposal.json`);
    const proposal = proposalSchema.parse(result.body);
    expect(done).toMatchObject({
      ...{ kind: 'reelPropose', title: 'The flood', progress: 100, stage: 'publish' },
      momentCount: proposal.moments.length,
    });
    expect(proposal).toMatchObject({ jobId: videoId, model: 'local', settings: { lengthSeconds: 30 } });
    expect(proposal.moments.length).toBeGreaterThanOrEqual(3);
    expect(proposal.moments.map(({ title }) => title)).toContain(
      'What did the flood do to the homes in the valley?',
    );
  });

  test('stands in the list of jobs, beside videos', async () => {
    const videoId = await stack.completedVideo();
    const { body } = await propose(videoId);
    await stack.untilStatus(body['id'], 'completed');
    const jobs = async () => (await stack.call('GET', '/api/jobs?status=completed')).body['jobs'];
    await expect.poll(jobs).toContainEqual(expect.objectContaining({ id: body['id'], kind: 'reelPropose' }));
  });

  test('is refused of a job that is not there, that has not ended, or that is no video', async () => {
    expect((await propose('job_missing')).body).toMatchObject({ status: 404, code: 'JobNotFound' });
    const videoId = await stack.completedVideo();
    const { body } = await propose(videoId);
    await stack.untilStatus(body['id'], 'completed');
    expect((await propose(String(body['id']))).body).toMatchObject({ status: 422, code: 'InvalidInput' });
    expect((await propose(videoId, { lengthSeconds: 5 })).body).toMatchObject({ status: 422 });
    const again = await stack.call('POST', `/api/jobs/${String(body['id'])}/redo`, { from: 'publish' });
    expect(again.body).toMatchObject({ status: 409, code: 'ActionNotPossible' });
  });

  test('needs attention where the results are gone, and can be cancelled then', async () => {
    const videoId = await stack.completedVideo();
    const key = `results/local/${videoId}/transcript.json`;
    await stack.store.remove([key]);
    const { body } = await propose(videoId);
    const waiting = await stack.untilStatus(body['id'], 'needs_attention');
    expect(waiting['error']).toMatchObject({ code: 'ArtifactMissing', stage: 'propose' });
    const settings = { orientation: 'portrait' };
    const refused = await stack.call('POST', `/api/jobs/${String(body['id'])}/retry`, { settings });
    expect(refused.body).toMatchObject({ status: 422, code: 'InvalidInput' });
    expect((await stack.call('POST', `/api/jobs/${String(body['id'])}/skip`)).status).toBe(409);
    await stack.call('POST', `/api/jobs/${String(body['id'])}/cancel`);
    await stack.untilStatus(body['id'], 'cancelled');
  });

  test('takes another turn while it is under way, and has no route', async () => {
    const videoId = await stack.completedVideo();
    await stack.store.remove([`results/local/${videoId}/transcript.json`]);
    const id = String((await propose(videoId, { lengthSeconds: 30 })).body['id']);
    await stack.untilStatus(id, 'needs_attention');
    const change = (body: object) => stack.call('PATCH', `/api/jobs/${id}`, body);
    expect((await change({ priority: 9, settings: { count: 4 } })).status).toBe(200);
    await expect.poll(async () => (await stack.call('GET', `/api/jobs/${id}`)).body['priority']).toBe(9);
    const refused = await change({ route: 'long' });
    expect(refused.body).toMatchObject({
      ...{ status: 422, code: 'InvalidInput' },
      detail: 'This job has no route: none of its steps touches media.',
    });
    await stack.call('POST', `/api/jobs/${id}/cancel`);
    await stack.untilStatus(id, 'cancelled');
  });

  test('is made, waited for and written by one command, which overwrites nothing', async () => {
    const videoId = await stack.completedVideo();
    const output = join(testFolder(), 'talk.json');
    const stdout = new PassThrough();
    const run = () =>
      createProgram({
        terminal: { stdout, stderr: new PassThrough() },
        settings: () => ({ ...stack.settings, apiUrl: stack.address }),
        exit: () => undefined,
      }).parseAsync(['reel', 'propose', videoId, '--length', '30', '--output', output], { from: 'user' });
    await run();
    await expect(run()).rejects.toThrow(/exists, and may have been edited/u);
    stdout.end();
    const printed = await text(stdout);
    const { moments, settings } = proposalSchema.parse(JSON.parse(readFileSync(output, 'utf8')));
    expect(settings.lengthSeconds).toBe(30);
    for (const { title } of moments) expect(printed).toContain(title);
  });
});
