import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'subtitle';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNALS } from '../../src/contracts/video-intelligence.ts';
import { coreDocumentSchema, type CoreDocument } from '../../src/domain/core-document.ts';
import { manifestSchema, type Manifest } from '../../src/domain/manifest.ts';
import { transcriptSchema, type Transcript } from '../../src/domain/transcript.ts';
import { fakeTranslation, fakeTranslator } from '../support/fake-translation.ts';
import { activitiesOf, largestPayload } from '../support/job-history.ts';
import { LanguageModelServer } from '../support/language-model-server.ts';
import { makeMedia } from '../support/make-media.ts';
import { RESULT_FILES, Stack, type StackJob, type TestHome } from '../support/stack.ts';
import { makeTalk, talkInput } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

const LANGUAGES = ['de', 'ja', 'ar'];
const FILES_OF_TRANSCRIPT = RESULT_FILES.filter((name) => name.startsWith('transcript.'));

describe('a job that is translated into several languages', () => {
  const model = new LanguageModelServer(fakeTranslator);
  let stack: Stack;
  let home: TestHome;
  let audio: string;
  let job: StackJob;
  let core: CoreDocument;
  let manifest: Manifest;
  let original: Transcript;

  beforeAll(async () => {
    const talk = await makeTalk({ seconds: 75, pauseSeconds: 0.8 });
    audio = await makeMedia(join(testFolder(), 'talk.flac'), ...talkInput(talk));
    await model.start();
    stack = await Stack.start();
    home = stack.home();
    const unable = await stack.worker(home);
    job = await stack.submit({ kind: 'file', path: audio }, { settings: { translateTo: LANGUAGES } });
    // Nothing translates there: the job keeps what it has, says what to set, and goes on once that is done.
    await until(async () => (await job.progress()).error?.code === 'TranslationUnavailable');
    expect((await job.progress()).error?.message).toContain('CLIPSCRIBE_LANGUAGE_MODEL');
    await unable.end();
    await stack.worker(home, { settings: model.settings });
    model.scripted.push({ status: 429, headers: { 'retry-after': '1' } });
    await job.handle.signal(SIGNALS.retry, {});
    await job.result();
    core = coreDocumentSchema.parse(JSON.parse(await job.file(home, 'core.json')));
    manifest = manifestSchema.parse(JSON.parse(await job.file(home, 'manifest.json')));
    original = await job.transcript(home);
  });

  afterAll(async () => {
    await stack?.close();
    await model.close();
  });

  const translation = async (language: string): Promise<Transcript> =>
    transcriptSchema.parse(JSON.parse(await job.file(home, `transcript.${language}.json`)));

  it('writes every file of the transcript in every language too', () => {
    const translated = LANGUAGES.flatMap((language) =>
      FILES_OF_TRANSCRIPT.map((name) => name.replace('transcript.', `transcript.${language}.`)),
    );
    expect(readdirSync(job.resultFolder(home)).sort()).toEqual([...RESULT_FILES, ...translated].sort());
    expect(manifest.files.map(({ name }) => name)).toEqual(expect.arrayContaining(translated));
  });

  it.each(LANGUAGES)('says in %s what was said, at the same times by the same speakers', async (language) => {
    const { segments, language: own } = await translation(language);
    expect(own).toBe(language);
    expect(segments.map(({ text }) => text)).toEqual(
      original.segments.map(({ text }) => fakeTranslation(text, language)),
    );
    expect(segments.map(({ start, end, speaker }) => ({ start, end, speaker }))).toEqual(
      original.segments.map(({ start, end, speaker }) => ({ start, end, speaker })),
    );
    expect(core.translations.find((one) => one.language === language)?.segments).toEqual(
      segments.map(({ id, text }) => ({ id, text })),
    );
  });

  it('sets subtitles by the rules of each language', async () => {
    const cuesOf = async (language: string) =>
      parseSync(await job.file(home, `transcript.${language}.srt`)).flatMap((node) =>
        node.type === 'cue' ? [node.data] : [],
      );
    const widest = async (language: string): Promise<number> =>
      Math.max(
        ...(await cuesOf(language)).flatMap(({ text }) => text.split('\n')).map((line) => [...line].length),
      );
    expect(await widest('de')).toBeLessThanOrEqual(42);
    expect(await widest('ja')).toBeLessThanOrEqual(16);
    const ends = original.segments.at(-1)?.end ?? 0;
    for (const language of LANGUAGES) {
      const cues = await cuesOf(language);
      expect(cues[0]?.start).toBeGreaterThanOrEqual(Math.floor((original.segments[0]?.start ?? 0) * 1_000));
      expect(cues.at(-1)?.start).toBeLessThan(ends * 1_000);
    }
    expect(await job.file(home, 'transcript.ar.srt')).toContain('\u202b');
    expect(await job.file(home, 'transcript.ar.ttml')).toMatch(/direction="rtl"/);
  });

  it('knows what the translation cost, and by which model it was made', () => {
    const stage = manifest.stages.find(({ name }) => name === 'translate');
    expect(stage).toMatchObject({ cached: false, parameters: { languages: LANGUAGES } });
    expect(stage?.model).toContain('fake-model');
    expect(stage?.costUsd).toBeGreaterThan(0);
    expect(manifest.costUsd).toBeCloseTo(stage?.costUsd ?? 0, 6);
  });

  it('keeps data and keys out of the history, and says in it what happens', async () => {
    const history = await job.handle.fetchHistory();
    expect(largestPayload(history)).toBeLessThan(64 * 1024);
    expect(JSON.stringify(history)).not.toContain(model.key);
    const parts = activitiesOf(history).filter(
      ({ name, ended }) => name === 'translateSegments' && ended === 'completed',
    );
    const chunks = activitiesOf(history).filter(({ name }) => name === 'transcribeChunk').length;
    expect(parts).toHaveLength(LANGUAGES.length * chunks);
    expect(parts[0]?.summary).toMatch(/^(de|ja|ar) 1\/\d+ · from 0:00$/);
  });

  it('translates nothing again when the same video comes again', async () => {
    const before = model.requests.length;
    const again = await stack.submit({ kind: 'file', path: audio }, { settings: { translateTo: LANGUAGES } });
    await again.result();
    expect(model.requests.length).toBe(before);
    const repeated = manifestSchema.parse(JSON.parse(await again.file(home, 'manifest.json')));
    expect(repeated.costUsd).toBe(0);
  });
});
