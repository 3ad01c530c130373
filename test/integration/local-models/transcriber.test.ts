import { beforeAll, describe, expect, test, vi } from 'vitest';
import { FREE } from '../../../src/domain/model-prices.ts';
import { createHttpTranscriber } from '../../../src/adapters/local-models/http-transcriber.ts';
import type { ChunkTranscript } from '../../../src/domain/transcript.ts';
import type { TranscribeOptions, TranscribeProgress } from '../../../src/ports/speech-models.ts';
import { BILINGUAL_TEXTS } from '../../support/bilingual-talk.ts';
import { speakTexts, type SpokenAudio } from '../../support/spoken-audio.ts';
import { startModelServer } from './model-server.ts';

const TEXTS = [
  'The first railway line between the two cities was opened in the summer.',
  'Every morning the train leaves the station at nine o’clock.',
  'The journey takes about two hours and forty minutes.',
];

const { client, health } = startModelServer();
const transcriber = createHttpTranscriber(client, { extensions: true, priceUsdPerMinute: FREE });

const options = (more: Partial<TranscribeOptions> = {}): TranscribeOptions => ({
  model: 'base',
  language: undefined,
  switching: 'never',
  speechRegions: [],
  signal: AbortSignal.timeout(120_000),
  onProgress: () => undefined,
  ...more,
});

const regionsOf = ({ spoken }: SpokenAudio) => spoken.map(({ start, end }) => ({ start, end }));

describe('the transcriber on the real model server', () => {
  let audio: SpokenAudio;
  let transcript: ChunkTranscript;
  const progress: TranscribeProgress[] = [];

  beforeAll(async () => {
    audio = await speakTexts(TEXTS, 1.5);
    transcript = await transcriber.transcribe(
      audio.flac,
      options({ speechRegions: regionsOf(audio), onProgress: (part) => progress.push(part) }),
    );
  });

  test('hears the words that were spoken', () => {
    const text = transcript.segments
      .map((segment) => segment.text)
      .join(' ')
      .toLowerCase();
    for (const word of ['railway', 'cities', 'summer', 'morning', 'train', 'station', 'journey', 'hours']) {
      expect(text).toContain(word);
    }
  });

  test('detects the language and says how sure it is', () => {
    expect(transcript.language).toBe('en');
    expect(transcript.languageProbability).toBeGreaterThan(0.5);
  });

  test('gives words in order, without overlap, inside the audio', () => {
    const words = transcript.segments.flatMap((segment) => segment.words);
    expect(words.length).toBeGreaterThan(20);
    let clock = 0;
    for (const word of words) {
      expect(word.start).toBeGreaterThanOrEqual(clock);
      expect(word.end).toBeGreaterThanOrEqual(word.start);
      clock = word.end;
    }
    expect(clock).toBeLessThanOrEqual(audio.durationSeconds);
    expect(transcript.durationSeconds).toBeCloseTo(audio.durationSeconds, 1);
  });

  test('puts words where they were spoken, within 0.4 s of the utterance', () => {
    const words = transcript.segments.flatMap((segment) => segment.words);
    for (const word of words) {
      const middle = (word.start + word.end) / 2;
      const inside = audio.spoken.some(({ start, end }) => middle > start - 0.4 && middle < end + 0.4);
      expect(inside, `${word.text} at ${middle}`).toBe(true);
    }
  });

  test('reports progress whose segments add up to the transcript', () => {
    expect(progress.flatMap((part) => part.segments)).toEqual(transcript.segments);
    expect(progress.at(-1)?.secondsDone).toBeCloseTo(audio.durationSeconds, 1);
  });

  test('works with the fields of OpenAI alone, as against any other server', async () => {
    const standard = await createHttpTranscriber(client, {
      extensions: false,
      priceUsdPerMinute: FREE,
    }).transcribe(audio.flac, options());
    expect(standard.language).toBe('en');
    expect(standard.segments.flatMap((segment) => segment.words).length).toBeGreaterThan(20);
  });

  test('writes each language down in itself where speech switches', async () => {
    const bilingual = await speakTexts(BILINGUAL_TEXTS);
    const { segments } = await transcriber.transcribe(
      bilingual.flac,
      options({ switching: 'any', speechRegions: regionsOf(bilingual) }),
    );
    const textIn = (language: string): string =>
      segments
        .filter((segment) => segment.language === language)
        .map(({ text }) => text)
        .join(' ')
        .toLowerCase();
    expect(new Set(segments.map(({ language }) => language))).toEqual(new Set(['en', 'it']));
    for (const word of ['company', 'houses', 'pumps']) expect(textIn('en')).toContain(word);
    for (const word of ['mattina', 'famiglia', 'mercato']) expect(textIn('it')).toContain(word);
  });

  test('answers silence with no segments', async () => {
    const quiet = await speakTexts([], 3);
    const result = await transcriber.transcribe(quiet.flac, options());
    expect(result.segments).toEqual([]);
  });

  test('names a model that is not installed', async () => {
    await expect(transcriber.transcribe(audio.flac, options({ model: 'giant' }))).rejects.toMatchObject({
      code: 'ModelUnknown',
    });
  });

  test('refuses bytes that are no audio', async () => {
    const rubbish = Buffer.from('<html>not audio</html>'.repeat(100));
    await expect(transcriber.transcribe(rubbish, options())).rejects.toMatchObject({ code: 'CorruptMedia' });
  });

  test('ends the decode when the caller goes away, and serves the next one', async () => {
    const long = await speakTexts(
      Array.from({ length: 20 }, () => TEXTS.join(' ')),
      0.5,
    );
    const abort = new AbortController();
    const call = transcriber.transcribe(long.flac, options({ language: 'en', signal: abort.signal }));
    const settled = call.catch((error: unknown) => error);
    await vi.waitUntil(async () => (await health()).decoderProcessId !== null, 30_000);
    const before = (await health()).decoderProcessId;
    abort.abort(new Error('cancelled by the test'));
    expect(await settled).toMatchObject({ message: 'cancelled by the test' });
    await vi.waitUntil(async () => (await health()).decoderProcessId !== before, 30_000);

    const next = await transcriber.transcribe(audio.flac, options({ speechRegions: regionsOf(audio) }));
    expect(next.segments).toEqual(transcript.segments);
  });
});
