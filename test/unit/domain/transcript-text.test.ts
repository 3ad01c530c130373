import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/domain/transcript.ts';
import { inSequence } from '../../../src/domain/subtitle-tokens.ts';
import { paragraphsOf, transcriptText } from '../../../src/domain/transcript-text.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

let count = 0;
const segment = (start: number, text: string, speaker: string | null = null): Segment => ({
  id: `s${String((count += 1)).padStart(6, '0')}`,
  start,
  end: start + 2,
  text,
  speaker,
  words: [],
});

describe('transcriptText', () => {
  it('writes paragraphs with their time and speaker', () => {
    const segments = [
      segment(0, 'Good morning.', 'Ann'),
      segment(2, 'Welcome.', 'Ann'),
      segment(3700, 'Thank you.', 'Bob'),
    ];
    expect(transcriptText({ language: 'en', durationSeconds: 4000, segments })).toBe(
      '[0:00] Ann\nGood morning. Welcome.\n\n[1:01:40] Bob\nThank you.\n',
    );
  });

  it('sets no spaces where the script has none', () => {
    const segments = [segment(0, '今日は。'), segment(2, 'そうですね。'), segment(4, 'Yes.')];
    expect(transcriptText({ language: 'ja', durationSeconds: 9, segments })).toBe(
      '[0:00]\n今日は。そうですね。 Yes.\n',
    );
  });

  it('is empty without speech', () => {
    expect(transcriptText({ language: 'und', durationSeconds: 5, segments: [] })).toBe('');
  });
});

describe('paragraphsOf', () => {
  it('loses no text, repeats none and never mixes speakers', () => {
    fc.assert(
      fc.property(transcriptArbitrary, ({ segments }) => {
        const paragraphs = paragraphsOf(segments);
        expect(inSequence(paragraphs.map((paragraph) => paragraph.text))).toBe(
          inSequence(segments.map((each) => each.text)),
        );
        const turns = (speakers: (string | null)[]) =>
          speakers.filter((speaker, index) => index === 0 || speaker !== speakers[index - 1]);
        expect(turns(paragraphs.map((paragraph) => paragraph.speaker))).toEqual(
          turns(segments.map((each) => each.speaker)),
        );
      }),
    );
  });

  it('begins a paragraph after a pause at a sentence end, and after about six sentences', () => {
    const pause = [segment(0, 'One.'), segment(2, 'Two.'), segment(6, 'Three.')];
    expect(paragraphsOf(pause).map((paragraph) => paragraph.text)).toEqual(['One. Two.', 'Three.']);
    const steady = Array.from({ length: 13 }, (_, index) => segment(index * 2, 'Sentence.'));
    expect(paragraphsOf(steady).map((paragraph) => paragraph.text.split(' ').length)).toEqual([6, 6, 1]);
    const unfinished = [segment(0, 'One.'), segment(2, 'and then'), segment(6, 'it went on.')];
    expect(paragraphsOf(unfinished)).toHaveLength(1);
  });

  it('ends paragraphs of speech without punctuation too', () => {
    const segments = Array.from({ length: 30 }, (_, index) => segment(index * 2, 'and so on'));
    expect(paragraphsOf(segments)).toHaveLength(3);
  });
});
