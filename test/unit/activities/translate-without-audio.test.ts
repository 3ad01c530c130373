import { beforeEach, describe, expect, test } from 'vitest';
import { StageCache, readJson } from '../../../src/activities/stage-cache.ts';
import { createTranslateSegments } from '../../../src/activities/translate-segments.ts';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { keptWindow, translatedWindowSchema } from '../../../src/domain/translation.ts';
import type { Transcript } from '../../../src/domain/transcript.ts';
import type { Translator } from '../../../src/ports/translator.ts';
import { runActivity } from '../../support/run-activity.ts';
import { testFolder } from '../../support/test-folder.ts';

/** Reads its sound first, as Whisper does. */
const listener: Translator = {
  identity: 'a listener',
  listens: true,
  canTranslate: () => Promise.resolve(true),
  translate: async ({ segments, audio }) => {
    const heard = Buffer.from(await audio.read()).toString();
    return { texts: segments.map(() => ({ text: `${heard}, heard`, words: [] })), costUsd: 0 };
  },
};

const talk = (language: string, texts: string[]): Transcript => ({
  language,
  durationSeconds: 10,
  segments: texts.map((text, index) => ({
    ...{ id: `s${index}`, speaker: null, words: [], text },
    ...{ start: index * 2, end: index * 2 + 1.5 },
  })),
});

describe('a translation that was heard', () => {
  let store: LocalArtifactStore;
  beforeEach(() => {
    store = new LocalArtifactStore(testFolder());
  });

  const translate = async () => {
    const transcript = await store.put(
      'transcript.json',
      JSON.stringify(talk('de', ['Guten Abend.', 'Ja.'])),
    );
    const result = await runActivity(() =>
      createTranslateSegments({ translators: [listener], store, cache: new StageCache(store) })({
        ...{ jobId: 'job_1', userId: 'local', transcript, graph: null, model: 'base', to: 'en', salt: '' },
        window: { start: 0, end: null },
        chunk: { start: 0, audioKey: 'audio/0.flac' },
      }),
    );
    const window = await readJson(store, result.translated, translatedWindowSchema);
    return { texts: window.map((text) => text?.text), notice: result.notice };
  };
  const earlier = () =>
    store.put(
      'results/local/job_1/transcript.en.json',
      JSON.stringify(talk('en', ['Good morning.', 'Yes.'])),
    );

  test('stays as it was, and says so, where its sound is gone', async () => {
    await earlier();
    expect(await translate()).toEqual({
      texts: ['Good morning.', 'Yes.'],
      notice: expect.stringContaining('translation into English is that of before') as string,
    });
  });

  test('is heard anew where its sound is there, and found again when that has gone', async () => {
    await earlier();
    await store.put('audio/0.flac', 'Good evening');
    const anew = { texts: ['Good evening, heard', 'Good evening, heard'], notice: undefined };
    expect(await translate()).toEqual(anew);
    await store.removeAll('audio');
    expect(await translate()).toEqual(anew);
  });

  test('is missing where its sound is gone and there was none before', async () => {
    await expect(translate()).rejects.toMatchObject({ code: 'ArtifactMissing' });
  });
});

test('texts of an earlier translation go where they share the most time, and no text is lost or told twice', () => {
  const { segments } = talk('en', ['One.', 'Two.', 'Three.']);
  const [one, two, three] = segments as [Transcript['segments'][0], ...Transcript['segments']];
  const joined = { ...one, end: two?.end ?? 0 };
  expect(keptWindow([joined, ...(three ? [three] : [])], segments)).toEqual([
    { text: 'One. Two.', words: [] },
    { text: 'Three.', words: [] },
  ]);
  expect(keptWindow(segments, [{ ...joined, start: 0.1 }])).toEqual([
    null,
    { text: 'One.', words: [] },
    null,
  ]);
});
