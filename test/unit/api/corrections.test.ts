import { describe, expect, test } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { correctionsKey, groundKey } from '../../../src/domain/ground.ts';
import { correctionsSchema, NO_CORRECTIONS } from '../../../src/domain/corrections.ts';
import { buildManifest } from '../../../src/domain/manifest.ts';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';
import { groundOfATalk as ground } from '../../support/ground.ts';
import { testFolder } from '../../support/test-folder.ts';

interface Correctable {
  api: TestApi;
  store: LocalArtifactStore;
  id: string;
  call: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
}

async function correctableJob(): Promise<Correctable> {
  const store = new LocalArtifactStore(testFolder());
  const api = createTestApi({ store });
  const id = await submitted(api);
  await store.put(groundKey('local', id), JSON.stringify(ground));
  api.jobs.set(id, 'completed');
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await api.send(method, `/api/jobs/${id}/${path}`, body);
    return { status: answer.status, body: await answer.json() };
  };
  return { api, store, id, call };
}

/** Ends a run that is no amendment and has all corrections of this moment in its results. */
async function ended({ api, store, id }: Correctable): Promise<void> {
  api.jobs.set(id, 'completed');
  if (api.jobs.startOf(id).input.amend) await api.send('POST', `/api/jobs/${id}/redo`, { from: 'publish' });
  const stored = await store.readCurrent(correctionsKey('local', id));
  const { revision } =
    stored === undefined ? NO_CORRECTIONS : correctionsSchema.parse(parsed(stored.content));
  const manifest = buildManifest({
    ...{ jobId: id, completedAt: '2026-11-25T12:00:00.000Z', files: [] },
    stages: [{ name: 'corrections', seconds: 0, attempts: 1, cached: false, model: null, costUsd: 0 }],
    parameters: { corrections: { corrections: revision, imports: 0 } },
  });
  await store.put(`results/local/${id}/manifest.json`, JSON.stringify(manifest));
  api.jobs.set(id, 'completed');
}

const parsed = (content: Uint8Array): unknown => JSON.parse(Buffer.from(content).toString('utf8'));

const listed = async ({ call }: Correctable): Promise<string[]> => {
  const { body } = await call('GET', 'corrections');
  return (body as { corrections: { description: string }[] }).corrections.map(
    ({ description }) => description,
  );
};

describe('corrections', () => {
  test('are kept, and the ended job writes its results anew from what it had found', async () => {
    const job = await correctableJob();
    const answer = await job.call('PATCH', 'speakers', { rename: [{ speaker: 'speaker_1', name: 'Ada' }] });
    expect(answer).toEqual({
      status: 202,
      body: {
        success: true,
        message: 'One correction is kept; the results are being written anew.',
        corrections: ['c1'],
      },
    });
    expect(job.api.jobs.startOf(job.id).input).toMatchObject({ jobId: job.id, amend: true, redo: null });
    const speakers = (await job.call('GET', 'speakers')).body as { speakers: object[] };
    expect(speakers.speakers[0]).toEqual({ id: 'S1', label: 'Ada', seconds: 1.5 });
  });

  test('build on one another, are listed, and can be taken back', async () => {
    const job = await correctableJob();
    await job.call('PATCH', 'speakers', {
      merge: [{ speakers: ['S3'], into: 'S2' }],
      rename: [{ speaker: 'S2', name: 'Grace' }],
    });
    await job.call('PATCH', 'transcript', {
      segments: [{ at: 2.2, text: 'So did we.' }],
      replace: [{ find: 'temporel', replaceWith: 'Temporal' }],
    });
    expect(await listed(job)).toEqual([
      'Speaker 3 and Speaker 2 are one',
      'Speaker 2 is Grace',
      '0:02 "So do we." is "So did we."',
      '"temporel" is "Temporal" everywhere',
    ]);
    expect((await job.call('DELETE', 'corrections/c3')).status).toBe(202);
    expect(await listed(job)).toHaveLength(3);
    expect(await job.call('DELETE', 'corrections/c3')).toMatchObject({
      status: 404,
      body: { code: 'NotFound' },
    });
  });

  test('of a job that runs are told to it, and of one that waits are left for it to find', async () => {
    const job = await correctableJob();
    job.api.jobs.set(job.id, 'running');
    await job.call('PATCH', 'speakers', { rename: [{ speaker: 'S1', name: 'Ada' }] });
    expect(job.api.jobs.signals).toEqual([{ jobId: job.id, signal: { name: 'amend' } }]);
    job.api.jobs.set(job.id, 'queued');
    await job.call('PATCH', 'speakers', { rename: [{ speaker: 'S1', name: 'Ada Byron' }] });
    expect(job.api.jobs.signals).toHaveLength(1);
    expect(await listed(job)).toEqual(['Speaker 1 is Ada', 'Ada is Ada Byron']);
  });

  test('that could not be told to anybody are told by the same request again, and only then', async () => {
    const job = await correctableJob();
    const rename = () => job.call('PATCH', 'speakers', { rename: [{ speaker: 'S1', name: 'Ada' }] });
    const undo = () => job.call('DELETE', 'corrections/c1');
    const isAmended = () => job.api.jobs.startOf(job.id).input.amend;
    for (const [request, message] of [
      [rename, 'Everything is corrected so already; the results are being written anew.'],
      [undo, 'The correction is taken back; the results are being written anew.'],
    ] as const) {
      await ended(job);
      job.api.jobs.reachable = false;
      expect((await request()).status).toBe(503);
      job.api.jobs.reachable = true;
      expect(isAmended()).toBe(false);
      expect(await request()).toMatchObject({ status: 202, body: { message } });
      expect(isAmended()).toBe(true);
    }
    expect((await job.call('DELETE', 'corrections/c2')).status).toBe(404);
    await ended(job);
    expect((await undo()).status).toBe(404);
    expect((await job.call('DELETE', 'imports/speakers')).status).toBe(404);
    expect(isAmended()).toBe(false);
  });

  test('that come at once are all kept', async () => {
    const job = await correctableJob();
    const names = ['Ada', 'Grace', 'Mary'];
    const answers = await Promise.all(
      names.map((name, index) =>
        job.call('PATCH', 'speakers', { rename: [{ speaker: `S${index + 1}`, name }] }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect((await listed(job)).toSorted()).toEqual([
      'Speaker 1 is Ada',
      'Speaker 2 is Grace',
      'Speaker 3 is Mary',
    ]);
  });

  test('may be a thousand of the longest texts', async () => {
    const job = await correctableJob();
    const segments = Array.from({ length: 1000 }, () => ({ id: 's000001', text: 'ä'.repeat(5000) }));
    expect(await job.call('PATCH', 'transcript', { segments })).not.toMatchObject({ status: 413 });
    const text = 'x'.repeat(16 * 1024 ** 2);
    const tooLarge = await job.call('PATCH', 'transcript', { segments: [{ id: 's000001', text }] });
    expect(tooLarge).toMatchObject({ status: 413, body: { code: 'InvalidInput' } });
  });

  test('that change nothing start nothing', async () => {
    const job = await correctableJob();
    const { body } = await job.call('PATCH', 'transcript', {
      segments: [{ id: 's000003', text: ' Good. ' }],
    });
    expect(body).toMatchObject({ message: 'Everything is so already.', corrections: [] });
    expect((await job.api.jobs.describe(job.id)).status).toBe('completed');
    expect(await job.store.find(correctionsKey('local', job.id))).toBeUndefined();
  });

  test.each<[string, string, object, RegExp]>([
    [
      'a speaker that there is not',
      'speakers',
      { rename: [{ speaker: 'S9', name: 'Ada' }] },
      /no speaker "S9"/,
    ],
    ['a segment that there is not', 'transcript', { segments: [{ id: 's9', text: 'x' }] }, /no segment/],
    [
      'a place by id and time',
      'transcript',
      { segments: [{ id: 's000001', at: 1, text: 'x' }] },
      /either id or at/,
    ],
    ['a field that there is not', 'transcript', { text: 'x' }, /Unrecognized/],
  ])('about %s are refused', async (_, path, body, detail) => {
    const job = await correctableJob();
    const answer = await job.call('PATCH', path, body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'InvalidInput' } });
    expect((answer.body as { detail: string }).detail).toMatch(detail);
    expect(await listed(job)).toEqual([]);
  });

  test('are refused before anything was found', async () => {
    const api = createTestApi({ store: new LocalArtifactStore(testFolder()) });
    const id = await submitted(api);
    const answer = await api.send('PATCH', `/api/jobs/${id}/speakers`, {});
    expect(await answer.json()).toMatchObject({ status: 409, code: 'JobNotFinished' });
  });

  test('of words and speakers by a file replace ours, keep what was corrected, and can be taken back', async () => {
    const job = await correctableJob();
    await job.call('PATCH', 'speakers', { rename: [{ speaker: 'S1', name: 'Ada' }] });
    const names = async (): Promise<string[]> => {
      const { body } = await job.call('GET', 'speakers');
      return (body as { speakers: { label: string }[] }).speakers.map(({ label }) => label);
    };
    const rttm = [
      'SPEAKER talk 1 0 1.9 <NA> <NA> Grace <NA> <NA>',
      'SPEAKER talk 1 2 4 <NA> <NA> Mary <NA> <NA>',
    ];
    expect(await job.call('PUT', 'imports/rttm', rttm.join('\n'))).toMatchObject({
      status: 202,
      body: { message: 'Imported turns of speakers: 2. The results are being written anew.' },
    });
    expect(job.api.jobs.startOf(job.id).input.amend).toBe(true);
    expect(await names()).toEqual(['Grace', 'Mary']);
    expect((await job.call('GET', 'corrections')).body).toMatchObject({
      conflicts: [
        { correctionId: 'c1', message: expect.stringContaining('has the name "Grace" by now') as string },
      ],
    });
    await job.call('PATCH', 'speakers', { rename: [{ speaker: 'Grace', name: 'Grace Hopper' }] });
    expect(await names()).toEqual(['Grace Hopper', 'Mary']);
    const srt = '1\n00:00:00,000 --> 00:00:01,900\nWe use Temporal.\n';
    expect((await job.call('PUT', 'imports/srt', srt)).status).toBe(202);
    expect((await job.call('DELETE', 'imports/speakers')).status).toBe(202);
    // The newest correction says who speaks there.
    expect(await names()).toEqual(['Grace Hopper', 'Speaker 2', 'Speaker 3']);
    expect((await job.call('DELETE', 'imports/transcript')).status).toBe(202);
    expect((await job.call('DELETE', 'imports/transcript')).status).toBe(404);
  });

  test('by a file that cannot be read are refused with the line', async () => {
    const job = await correctableJob();
    expect(await job.call('PUT', 'imports/srt', '1\n00:00:05,000 --> 00:00:01,000\nBack.\n')).toMatchObject({
      status: 422,
      body: { code: 'InvalidImport', detail: expect.stringMatching(/^Line 2:/) as string },
    });
    expect((await job.call('PUT', 'imports/docx', 'x')).status).toBe(404);
    const late = '1\n00:01:00,000 --> 00:01:01,000\nLate.\n';
    expect(await job.call('PUT', 'imports/srt', late)).toMatchObject({
      status: 422,
      body: { detail: 'All of the file lies behind the end of the video, which is 0:10 long.' },
    });
    expect(
      await job.call('PUT', 'imports/srt', `1\n00:00:01,000 --> 00:00:02,000\nHi.\n\n${late}`),
    ).toMatchObject({
      body: { message: expect.stringContaining('behind the end of the video: 1.') as string },
    });
    const large = `WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n\nNOTE ${'x'.repeat(100_000)}\n`;
    expect((await job.call('PUT', 'imports/vtt', large)).status).toBe(202);
    expect((await job.call('PUT', 'imports/vtt', 'x'.repeat(17 * 1024 * 1024))).status).toBe(413);
  });

  test.each<[string, string, (object | string)?]>([
    ['PUT', 'imports/rttm', 'SPEAKER talk 1 0 1.9 <NA> <NA> Mary <NA> <NA>'],
    ['DELETE', 'imports/transcript'],
    ['GET', 'speakers'],
    ['PATCH', 'speakers', { rename: [{ speaker: 'S1', name: 'Ada' }] }],
    ['PATCH', 'transcript', { replace: [{ find: 'Good', replaceWith: 'Bad' }] }],
    ['GET', 'corrections'],
    ['DELETE', 'corrections/c1'],
  ])("%s %s of another user's job is 404", async (method, path, body) => {
    const job = await correctableJob();
    await job.call('PATCH', 'speakers', { rename: [{ speaker: 'S1', name: 'Grace' }] });
    const made = await job.api.send('POST', '/api/admin/tokens', {
      tier: 'alpha',
      email: 'other@example.org',
    });
    const { token } = (await made.json()) as { token: string };
    const answer = await job.api.send(method, `/api/jobs/${job.id}/${path}`, body, {
      authorization: `Bearer ${token}`,
    });
    expect(await answer.json()).toMatchObject({ status: 404, code: 'JobNotFound' });
    expect(await listed(job)).toEqual(['Speaker 1 is Grace']);
  });
});
