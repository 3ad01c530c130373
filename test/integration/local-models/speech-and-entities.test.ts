import { describe, expect, test } from 'vitest';
import { createHttpEntityExtractor } from '../../../src/adapters/local-models/http-entity-extractor.ts';
import { createHttpSpeechDetector } from '../../../src/adapters/local-models/http-speech-detector.ts';
import type { Segment } from '../../../src/domain/transcript.ts';
import { speakTexts } from '../../support/spoken-audio.ts';
import { startModelServer } from './model-server.ts';

const { client } = startModelServer();
const signal = AbortSignal.timeout(120_000);

describe('the speech detector on the real model server', () => {
  const detector = createHttpSpeechDetector(client);

  test('finds speech where it was spoken and pauses between', async () => {
    const audio = await speakTexts(['The weather is nice today.', 'Tomorrow it will rain in the north.'], 2);
    const { regions } = await detector.detectSpeech(audio.pcm, { signal });
    for (const { start, end } of audio.spoken) {
      const middle = (start + end) / 2;
      expect(regions.some((region) => region.start < middle && region.end > middle)).toBe(true);
    }
    for (const region of regions) {
      expect(region.start).toBeLessThan(region.end);
      expect(
        audio.spoken.some(({ start, end }) => region.start > start - 0.5 && region.end < end + 0.5),
      ).toBe(true);
    }
  });

  test('gives quiet points inside speech without a pause', async () => {
    const sentence =
      'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ';
    const audio = await speakTexts([sentence.repeat(4)], 0.5);
    const { regions, quietPoints } = await detector.detectSpeech(audio.pcm, { signal });
    const long = regions.filter((region) => region.end - region.start > 8);
    expect(quietPoints).toEqual(quietPoints.toSorted((one, other) => one - other));
    for (const region of long) {
      expect(quietPoints.some((point) => point > region.start && point < region.end)).toBe(true);
    }
  });

  test('answers silence and an empty buffer with no regions', async () => {
    expect(await detector.detectSpeech(new Uint8Array(96_000), { signal })).toEqual({
      regions: [],
      quietPoints: [],
    });
    expect(await detector.detectSpeech(new Uint8Array(0), { signal })).toEqual({
      regions: [],
      quietPoints: [],
    });
  });
});

const segment = (id: string, text: string): Segment => ({
  id,
  text,
  start: 0,
  end: 1,
  speaker: null,
  words: [],
});

describe('the entity extractor on the real model server', () => {
  const extractor = createHttpEntityExtractor(client);

  test('finds entities whose characters index their segment, also behind an emoji', async () => {
    const segments = [
      segment('a', '😀 Angela Merkel met Emmanuel Macron in Berlin.'),
      segment('b', 'It was in May 2019.'),
    ];
    const { entities } = await extractor.extract(segments, { language: 'en', signal });
    expect(entities.map(({ text, type }) => [text, type])).toEqual([
      ['Angela Merkel', 'PERSON'],
      ['Emmanuel Macron', 'PERSON'],
      ['Berlin', 'GPE'],
      ['May 2019', 'DATE'],
    ]);
    for (const entity of entities) {
      const source = segments.find(({ id }) => id === entity.segmentId)?.text;
      expect(source?.slice(entity.startCharacter, entity.endCharacter)).toBe(entity.text);
    }
  });

  test('joins two entities by the verb of a sentence that runs over two segments', async () => {
    const segments = [
      segment('a', 'In the spring Microsoft bought'),
      segment('b', 'GitHub for 7.5 billion dollars.'),
    ];
    const { relations } = await extractor.extract(segments, { language: 'en', signal });
    expect(relations).toContainEqual(
      expect.objectContaining({
        subject: expect.objectContaining({ text: 'Microsoft', segmentId: 'a' }) as unknown,
        predicate: 'buy',
        object: expect.objectContaining({ text: 'GitHub', segmentId: 'b' }) as unknown,
        quote: 'In the spring Microsoft bought GitHub for 7.5 billion dollars.',
      }),
    );
  });

  test('says so where it has no pipeline for a language', async () => {
    const extraction = await extractor.extract([segment('a', 'Dobrý den.')], { language: 'cs', signal });
    expect(extraction).toEqual({ languageSupported: false, entities: [], relations: [] });
  });
});
