import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignTranslation } from '../../../src/domain/align-translation.ts';
import type { TranscribedSegment } from '../../../src/domain/transcript.ts';

/** A sentence whose words share its time evenly. */
function sentence(text: string, start: number, end: number): TranscribedSegment {
  const words = text.split(' ');
  const each = (end - start) / words.length;
  return {
    ...{ start, end, text, averageLogProbability: null },
    words: words.map((word, index) => ({
      text: word,
      start: start + index * each,
      end: start + (index + 1) * each,
      confidence: 1,
    })),
  };
}

const SEGMENTS = [
  { start: 0, end: 4 },
  { start: 5, end: 9 },
  { start: 10, end: 14 },
];
const textsOf = (...heard: TranscribedSegment[]): string[] =>
  alignTranslation(SEGMENTS, heard).map(({ text }) => text);

describe('sentences heard in another language', () => {
  test('go whole to the segment in which most of them lies', () => {
    expect(textsOf(sentence('The first is this.', 0.2, 5.4), sentence('The second one.', 5.4, 9.5))).toEqual([
      'The first is this.',
      'The second one.',
      '',
    ]);
  });

  test('are divided by their words where they run over several segments', () => {
    expect(textsOf(sentence('one two three four five six seven', 0, 14))).toEqual([
      'one two',
      'three four five',
      'six seven',
    ]);
  });

  test('lose no word and change no order, and every word stays in its segment', () => {
    const sentences = fc
      .array(
        fc.record({ gap: fc.double({ min: 0, max: 3, noNaN: true }), words: fc.integer({ min: 1, max: 9 }) }),
        {
          maxLength: 8,
        },
      )
      .map((shapes) => {
        let clock = 0;
        return shapes.map(({ gap, words }, index) => {
          const start = clock + gap;
          clock = start + words * 0.4;
          const text = Array.from({ length: words }, (_unused, word) => `${index}.${word}`).join(' ');
          return sentence(text, start, clock);
        });
      });
    fc.assert(
      fc.property(sentences, (heard) => {
        const aligned = alignTranslation(SEGMENTS, heard);
        const said = heard.flatMap(({ words }) => words.map(({ text }) => text));
        expect(aligned.flatMap(({ words }) => words.map(({ text }) => text)).sort()).toEqual(said.sort());
        aligned.forEach(({ text, words }, index) => {
          const { start = 0, end = 0 } = SEGMENTS[index] ?? {};
          expect(text).toBe(words.map((word) => word.text).join(' '));
          const times = words.flatMap((word) => [word.start, word.end]);
          expect(times).toEqual(times.toSorted((one, other) => one - other));
          expect(times.every((time) => time >= start && time <= end)).toBe(true);
        });
      }),
    );
  });
});
