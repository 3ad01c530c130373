import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namesToKeep } from '../../../src/domain/names-to-keep.ts';
import { subtitleFiles } from '../../../src/domain/subtitle-files.ts';
import { englishName, isAlreadyIn, targetLanguagesSchema } from '../../../src/domain/target-language.ts';
import { transcriptSchema, type Transcript } from '../../../src/domain/transcript.ts';
import {
  contextOf,
  isForeign,
  joinTranslation,
  segmentsIn,
  type TranslationWindow,
} from '../../../src/domain/translation.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const TALK: Transcript = {
  language: 'en',
  durationSeconds: 40,
  speakers: [{ id: 'S1', label: 'Laura Collins', seconds: 20 }],
  segments: ['One.', 'Two.', 'Tre.', 'Four.'].map((text, index) => ({
    id: `s00000${index + 1}`,
    start: index * 10,
    end: index * 10 + 5,
    text,
    speaker: 'S1',
    words: [{ start: index * 10, end: index * 10 + 5, text, confidence: 1 }],
    ...(text === 'Tre.' && { language: 'it' }),
  })),
};

const WINDOWS: TranslationWindow[] = [
  { start: 0, end: 15 },
  { start: 15, end: null },
];

const upperCase = (transcript: Transcript, window: TranslationWindow, target: string) => ({
  window,
  translated: segmentsIn(transcript, window).map((segment) =>
    isForeign(segment, transcript, target) ? { text: `x${segment.text}`, words: [] } : null,
  ),
});

describe('a translated transcript', () => {
  test('says the same at the same times by the same speakers, and keeps what is in its language already', () => {
    const { segments, language, speakers } = joinTranslation(
      TALK,
      WINDOWS.map((window) => upperCase(TALK, window, 'it')),
      'it',
    );
    expect({ language, speakers }).toEqual({ language: 'it', speakers: TALK.speakers });
    expect(segments.map(({ text }) => text)).toEqual(['xOne.', 'xTwo.', 'Tre.', 'xFour.']);
    expect(segments.map(({ id, start, end, speaker }) => ({ id, start, end, speaker }))).toEqual(
      TALK.segments.map(({ id, start, end, speaker }) => ({ id, start, end, speaker })),
    );
    expect(segments.map(({ language: own }) => own)).toEqual([undefined, undefined, undefined, undefined]);
    expect(segments.map(({ words }) => words.length)).toEqual([0, 0, 1, 0]);
  });

  test('leaves out what has no translation', () => {
    const window = { start: 0, end: null };
    const translated = TALK.segments.map(({ text }, index) => ({ text: index === 1 ? '' : text, words: [] }));
    expect(joinTranslation(TALK, [{ window, translated }], 'de').segments).toHaveLength(3);
  });

  test('is never put together from windows of another transcript', () => {
    const window = { start: 0, end: null };
    expect(() => joinTranslation(TALK, [{ window, translated: [null] }], 'de')).toThrow('other segments');
  });

  test('can be made of any transcript, and set in every format', () => {
    fc.assert(
      fc.property(transcriptArbitrary, fc.double({ min: 0, max: 600, noNaN: true }), (transcript, cut) => {
        const windows = [
          { start: 0, end: cut },
          { start: cut, end: null },
        ];
        const joined = joinTranslation(
          transcript,
          windows.map((window) => upperCase(transcript, window, 'de')),
          'de',
        );
        expect(transcriptSchema.parse(joined)).toEqual(joined);
        expect(joined.segments).toHaveLength(transcript.segments.length);
        subtitleFiles(joined, {});
      }),
      { numRuns: 50 },
    );
  });

  test('is set by the rules of its own language', () => {
    const long = '海から熱を集めて古い町の家々を温める会社がここにあります。'.repeat(2);
    const window = { start: 0, end: null };
    const translated = TALK.segments.map(() => ({ text: long, words: [] }));
    const { srt = '' } = subtitleFiles(joinTranslation(TALK, [{ window, translated }], 'ja'), {});
    const lines = srt.split('\n').filter((line) => /\p{Script=Han}/u.test(line));
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(16);
  });
});

test('windows know what is said around them', () => {
  expect(contextOf(TALK, { start: 15, end: 30 })).toEqual({ before: ['One.', 'Two.'], after: ['Four.'] });
  expect(contextOf(TALK, { start: 0, end: null })).toEqual({ before: [], after: [] });
  expect(contextOf(TALK, { start: 100, end: null })).toEqual({ before: [], after: [] });
});

describe('languages to translate into', () => {
  test.each(['de', 'pt-BR', 'zh-Hant', 'zh-Hant-TW', 'yue'])('%s is one', (tag) => {
    expect(targetLanguagesSchema.safeParse([tag]).success).toBe(true);
    expect(englishName(tag)).toBeDefined();
  });

  test.each([['DE'], ['german'], ['qx'], ['../de'], ['de', 'de'], ['']])('%j is not', (...tags) => {
    expect(targetLanguagesSchema.safeParse(tags).success).toBe(false);
  });

  test.each([
    ['en', 'en', true],
    ['pt', 'pt-BR', true],
    ['zh', 'zh-Hant', false],
    ['zh', 'zh', true],
    ['en', 'de', false],
  ])('what is in %s is in %s already: %s', (language, target, already) => {
    expect(isAlreadyIn(language, target)).toBe(already);
  });
});

test('names of people, companies and products that are said stay as they are', () => {
  const node = (name: string, type: 'PERSON' | 'ORG' | 'GPE', aliases: string[] = []) => ({
    ...{ id: name, name, type, aliases },
    mentions: [{ segmentId: 's000001', start: 0, end: 1 }],
  });
  const graph = {
    nodes: [
      node('Laura Collins', 'PERSON', ['Laura', 'Mrs Collins']),
      node('Germany', 'GPE'),
      node('Lantern Energy', 'ORG'),
    ],
    edges: [],
  };
  expect(namesToKeep(graph, ['Laura Collins lives in Germany.'])).toEqual(['Laura', 'Laura Collins']);
  expect(namesToKeep(null, ['Laura Collins'])).toEqual([]);
});
