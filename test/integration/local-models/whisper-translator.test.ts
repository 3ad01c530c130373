import { beforeAll, describe, expect, test } from 'vitest';
import { createWhisperTranslator } from '../../../src/adapters/local-models/create-whisper-translator.ts';
import type { TranslatedText } from '../../../src/domain/translation.ts';
import type { Voice } from '../../../scripts/demo/speech.ts';
import type { TranslationRequest } from '../../../src/ports/translator.ts';
import { speakTexts, type SpokenAudio } from '../../support/spoken-audio.ts';
import { startModelServer } from './model-server.ts';

const ITALIAN: Voice = { name: 'it', wordsPerMinute: 130, pitch: 45 };
const TEXTS = [
  'Domani mattina andiamo al mare con tutta la famiglia.',
  'Mia sorella prepara il pranzo, e mio padre compra il pane e la frutta al mercato.',
];
/** The file begins a minute into the video. */
const FILE_START = 60;

const { client } = startModelServer();
const translator = createWhisperTranslator(client, { extensions: true });

describe('the speech model’s own translation, on the real model server', () => {
  let audio: SpokenAudio;
  let texts: TranslatedText[];

  const request = (): TranslationRequest => ({
    segments: audio.spoken.map(({ start, end, text }) => ({
      ...{ start: start + FILE_START, end: end + FILE_START, text },
      ...{ speaker: null, language: 'it' },
    })),
    to: 'en',
    context: { before: [], after: [] },
    names: [],
    audio: { read: () => Promise.resolve(audio.flac), start: FILE_START, model: 'base' },
    signal: AbortSignal.timeout(150_000),
  });

  beforeAll(async () => {
    audio = await speakTexts(
      TEXTS.map((text) => ({ text, voice: ITALIAN })),
      1.5,
    );
    ({ texts } = await translator.translate(request()));
  });

  test('translates into English only', async () => {
    const { signal } = request();
    expect(await translator.canTranslate('it', 'en', signal)).toBe(true);
    expect(await translator.canTranslate('it', 'en-GB', signal)).toBe(true);
    expect(await translator.canTranslate('it', 'de', signal)).toBe(false);
  });

  test('says in English what is said in Italian, each part where it is said', () => {
    expect(texts.map(({ text }) => text.toLowerCase())).toEqual([
      expect.stringContaining('family'),
      expect.stringMatching(/father.*market/),
    ]);
  });

  test('puts every word into the time of its segment', () => {
    request().segments.forEach(({ start, end }, index) => {
      for (const word of texts[index]?.words ?? []) {
        expect(word.start).toBeGreaterThanOrEqual(start);
        expect(word.end).toBeLessThanOrEqual(end);
      }
    });
  });

  test('works with the fields of OpenAI alone, as against any other server', async () => {
    const standard = await createWhisperTranslator(client, { extensions: false }).translate(request());
    expect(standard.texts.map(({ text }) => text.toLowerCase()).join(' ')).toContain('family');
  });

  test('names a model that is not there', async () => {
    const { audio: sound, ...rest } = request();
    await expect(translator.translate({ ...rest, audio: { ...sound, model: 'none' } })).rejects.toMatchObject(
      {
        code: 'ModelUnknown',
      },
    );
  });
});
