import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctedText, withEdit, withText, wordEdits } from '../../../src/domain/corrected-text.ts';
import type { Segment } from '../../../src/domain/transcript.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

/** A segment from second 10 on, each word half a second long. */
const segmentOf = (text: string): Segment => {
  const words = text
    .split(' ')
    .map((word, index) => ({ start: 10 + index / 2, end: 10.5 + index / 2, text: word, confidence: 0.6 }));
  return { id: 's000001', start: 10, end: words.at(-1)?.end ?? 10, text, speaker: 'S1', words };
};
const timed = ({ words }: Segment) =>
  words.map(({ text, start, end, confidence }) => [text, start, end, confidence]);

describe('another text for a segment', () => {
  it('leaves the words that stay where they are', () => {
    const segment = withText(segmentOf('We use temporel for this.'), 'We use Temporal for this.', 'en');
    expect(segment.text).toBe('We use Temporal for this.');
    expect(timed(segment)).toEqual([
      ['We', 10, 10.5, 0.6],
      ['use', 10.5, 11, 0.6],
      ['Temporal', 11, 11.5, 1],
      ['for', 11.5, 12, 0.6],
      ['this.', 12, 12.5, 0.6],
    ]);
  });

  it('lets new words share the time of those that they replace, by their length', () => {
    expect(timed(withText(segmentOf('a clip scribe b'), 'a ClipScribe b', 'en'))[1]).toEqual([
      'ClipScribe',
      10.5,
      11.5,
      1,
    ]);
    expect(timed(withText(segmentOf('a toolong b'), 'a too long b', 'en')).slice(1, 3)).toEqual([
      ['too', 10.5, 10.714, 1],
      ['long', 10.714, 11, 1],
    ]);
  });

  it('lets words that only come in share the time of the word before, or of the first one', () => {
    expect(
      timed(withText(segmentOf('this is good'), 'this is not good', 'en')).map(([text]) => text),
    ).toEqual(['this', 'is', 'not', 'good']);
    const [first, second] = timed(withText(segmentOf('good day'), 'A good day', 'en'));
    expect([first?.[0], first?.[1], second?.[0], second?.[2]]).toEqual(['A', 10, 'good', 10.5]);
  });

  it('works where words stand without spaces', () => {
    const words = ['東京', 'は', '大きい'].map((text, index) => ({
      ...{ text, start: index, end: index + 1, confidence: 0.9 },
    }));
    const segment = { id: 's1', start: 0, end: 3, text: '東京は大きい', speaker: null, words };
    const changed = withText(segment, '京都は大きい', 'ja');
    expect(changed.words[0]).toEqual({ text: '京都', start: 0, end: 1, confidence: 1 });
    expect(changed.words.map(({ text }) => text).join('')).toBe('京都は大きい');
  });

  it('keeps words in order within the segment, whatever is written', () => {
    fc.assert(
      fc.property(
        transcriptArbitrary,
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        (transcript, typed) => {
          const text = correctedText(typed);
          fc.pre(text !== '');
          for (const segment of transcript.segments) {
            const { words } = withText(segment, text, 'en');
            const times = words.flatMap(({ start, end }) => [start, end]);
            expect(times).toEqual(times.toSorted((one, other) => one - other));
            expect(times.every((time) => time >= segment.start && time <= segment.end)).toBe(true);
            if (segment.words.length > 0)
              expect(words.map((word) => word.text).join('')).toBe(text.replaceAll(' ', ''));
          }
        },
      ),
    );
  });
});

describe('an edit on another transcript', () => {
  const edit = (before: string, after: string) => {
    const [found] = wordEdits(segmentOf(before), after, 'en');
    if (found === undefined) throw new Error('There is no edit.');
    return found;
  };

  it('knows which words were replaced, and when they are spoken', () => {
    expect(wordEdits(segmentOf('We use temporel for this.'), 'We use Temporal for that.', 'en')).toEqual([
      { start: 11, end: 11.5, before: 'temporel', after: 'Temporal' },
      { start: 12, end: 12.5, before: 'this.', after: 'that.' },
    ]);
  });

  it.each([
    ['finds the words whatever their case', 'And we use Temporel today.', 'And we use Temporal today.'],
    [
      'writes as it was corrected what is right already',
      'And we use TEMPORAL here.',
      'And we use Temporal here.',
    ],
    ['does not find what was heard otherwise', 'And we use temper all here.', undefined],
  ])('%s', (_, heard, expected) => {
    const change = edit('We use temporel for this.', 'We use Temporal for this.');
    expect(withEdit(segmentOf(heard), change, 'en')).toBe(expected);
  });

  it('does not put in twice what is there already, and takes out what is there twice', () => {
    expect(withEdit(segmentOf('Ada Lovelace spoke.'), edit('Ada spoke.', 'Ada Lovelace spoke.'), 'en')).toBe(
      'Ada Lovelace spoke.',
    );
    expect(withEdit(segmentOf('the the cat'), edit('the the cat', 'the cat'), 'en')).toBe('the cat');
  });

  it('takes the place that is nearest in time', () => {
    const change = edit('a b c d red', 'a b c d blue');
    expect(withEdit(segmentOf('red x y z red'), change, 'en')).toBe('red x y z blue');
  });
});
