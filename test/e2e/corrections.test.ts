import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalArtifactStore } from '../../src/adapters/local-store/local-artifact-store.ts';
import { changeCorrections } from '../../src/api/corrections/stored-corrections.ts';
import { changesOf, speakerRequestSchema, textRequestSchema } from '../../src/domain/correction-requests.ts';
import { coreDocumentSchema, type CoreDocument } from '../../src/domain/core-document.ts';
import { withChanges } from '../../src/domain/corrections.ts';
import { importsKey, NO_IMPORTS } from '../../src/domain/import-ground.ts';
import { manifestSchema } from '../../src/domain/manifest.ts';
import { parseSubtitles } from '../../src/domain/import-subtitles.ts';
import { activitiesOf } from '../support/job-history.ts';
import { makeMedia } from '../support/make-media.ts';
import { Stack, type StackJob, type TestHome } from '../support/stack.ts';
import { makeTalk, talkInput } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';

describe('a corrected job', () => {
  let stack: Stack;
  let home: TestHome;
  let video: string;
  let job: StackJob;

  beforeAll(async () => {
    const talk = await makeTalk({ seconds: 20, pauseSeconds: 0.8 });
    video = await makeMedia(join(testFolder(), 'Heat.mp3'), ...talkInput(talk), '-b:a', '64k');
    stack = await Stack.start();
    home = stack.home();
    await stack.worker(home);
    job = await stack.submit({ kind: 'file', path: video });
    await job.result();
  });

  afterAll(() => stack?.close());

  const core = async (): Promise<CoreDocument> =>
    coreDocumentSchema.parse(JSON.parse(await job.file(home, 'core.json')));

  const correct = async (request: Parameters<typeof changesOf>[1]): Promise<void> => {
    const store = new LocalArtifactStore(home.folders.artifacts);
    await changeCorrections(store, 'local', job.id, ({ view, ground, corrections }) =>
      withChanges(corrections, changesOf(view, request), {
        madeAt: new Date().toISOString(),
        ground: ground.fingerprint,
      }),
    );
  };

  it('writes one word anew in every file without a look at the video, which is gone', async () => {
    const before = await core();
    expect(before.entities.map(({ name }) => name)).toContain('Lantern Energy');
    const [segment] = before.segments;
    const calls = stack.ledger.calls.length;
    expect(calls).toBeGreaterThan(0);
    await correct(textRequestSchema.parse({ replace: [{ find: 'Lantern', replaceWith: 'Torchlight' }] }));
    await correct(speakerRequestSchema.parse({ rename: [{ speaker: 'S1', name: 'Ada' }] }));
    rmSync(video);

    job = await stack.submit({ kind: 'file', path: video }, { jobId: job.id, amend: true });
    await job.result();

    expect(stack.ledger.calls).toHaveLength(calls);
    const activities = activitiesOf(await job.handle.fetchHistory());
    expect(activities.map(({ name }) => name)).not.toContain('transcribeChunk');
    const after = await core();
    expect(after.corrections).toEqual({ revision: 2, applied: 2, conflicts: [] });
    const manifest = manifestSchema.parse(JSON.parse(await job.file(home, 'manifest.json')));
    expect(manifest.stages.find(({ name }) => name === 'corrections')).toMatchObject({
      parameters: { corrections: 2, imports: 0 },
    });
    expect(after.segments[0]?.text).toBe(segment?.text.replace('Lantern', 'Torchlight'));
    expect(after.entities.map(({ name }) => name)).toContain('Torchlight Energy');
    expect(after.speakers[0]?.label).toBe('Ada');
    expect(after.stages.find(({ name }) => name === 'transcribe')).toMatchObject({
      cached: true,
      costUsd: 0,
    });
    expect(await job.file(home, 'transcript.srt')).toContain('Torchlight');
    expect(await job.file(home, 'transcript.txt')).toMatch(/^\[0:00\] Ada\n/);
    expect(await job.file(home, 'speakers.rttm')).toMatch(/<NA> Ada <NA>/);
    expect(await job.file(home, 'report.md')).toContain('| Ada |');
  });

  it('is done again from a stage on: what comes before is stored, and the video is still gone', async () => {
    for (const redo of [
      { from: 'merge', nonce: 'anew' },
      { from: 'report', nonce: 'anew', fromGround: true },
    ] as const) {
      const calls = stack.ledger.calls.length;
      job = await stack.submit({ kind: 'file', path: video }, { jobId: job.id, redo });
      await job.result();
      expect(stack.ledger.calls, redo.from).toHaveLength(calls);
      expect(await core()).toMatchObject({ corrections: { revision: 2 }, job: { notices: [] } });
    }
  });

  it('has the words of an imported file in every file, and its corrections on them', async () => {
    const calls = stack.ledger.calls.length;
    const store = new LocalArtifactStore(home.folders.artifacts);
    const cues = await parseSubtitles(
      '1\n00:00:00,000 --> 00:00:04,000\nLaura Collins left Lantern Energy.\n',
      'srt',
    );
    await store.put(importsKey('local', job.id), JSON.stringify({ ...NO_IMPORTS, revision: 1, cues }));
    job = await stack.submit({ kind: 'file', path: video }, { jobId: job.id, amend: true });
    await job.result();
    expect(stack.ledger.calls).toHaveLength(calls);
    const { segments, speakers, corrections } = await core();
    expect(segments.map(({ text }) => text)).toEqual(['Laura Collins left Torchlight Energy.']);
    expect(speakers[0]?.label).toBe('Ada');
    expect(corrections?.conflicts).toEqual([]);
    expect(await job.file(home, 'transcript.vtt')).toContain('Laura Collins left Torchlight');
  });
});
