import fc from 'fast-check';
import type { PlacedTranscript } from '../../src/domain/merge-transcript.ts';
import type { Segment, TranscribedSegment, Transcript, Word } from '../../src/domain/transcript.ts';

const VOCABULARY = [
  ...'the a of and but to in for with because who is was said that we they Senator committee budget'.split(
    ' ',
  ),
  ...'hearing water Washington Jane Doe Congress, yes, well, however; money: years. today. record? now!'.split(
    ' ',
  ),
  ...'“quoted” it’s state-of-the-art antidisestablishmentarianism 3.5% $40 <b>bold</b> A&B -- …'.split(' '),
];
const OTHER_SCRIPTS = [
  'これは',
  '本です。',
  '東京、',
  '北京',
  'привет',
  'мир.',
  'مرحبا',
  'שלום,',
  'สวัสดี',
  '한국어',
  'łódź',
  '👩‍👩‍👧',
  'é',
];

/** Words as recognizers write them, with punctuation attached. */
export const wordTextArbitrary = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...VOCABULARY) },
  { weight: 2, arbitrary: fc.constantFrom(...OTHER_SCRIPTS) },
  {
    weight: 1,
    arbitrary: fc
      .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
      .map((text) => text.replace(/\s/gu, '-')),
  },
);

const milliseconds = (value: number): number => Math.round(value) / 1000;

/** A spoken word: its text, how long it takes and the pause before it, in milliseconds. */
const spokenArbitrary = fc.tuple(
  wordTextArbitrary,
  fc.integer({ min: 0, max: 900 }),
  fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 200 }) },
    { weight: 2, arbitrary: fc.integer({ min: 200, max: 6000 }) },
  ),
);

const speakerArbitrary = fc.option(fc.constantFrom('Speaker 1', 'Speaker 2', 'A. <b> & Co'), {
  nil: null,
  freq: 2,
});

interface SegmentShape {
  spoken: [string, number, number][];
  speaker: string | null;
  hasWords: boolean;
}
const segmentShapeArbitrary: fc.Arbitrary<SegmentShape> = fc.record({
  spoken: fc.array(spokenArbitrary, { minLength: 1, maxLength: 40 }),
  speaker: speakerArbitrary,
  hasWords: fc.integer({ min: 0, max: 9 }).map((value) => value > 0),
});

/** A merged transcript: segments and words in order, not overlapping, now and then a segment without words. */
export const transcriptArbitrary: fc.Arbitrary<Transcript> = fc
  .tuple(fc.array(segmentShapeArbitrary, { maxLength: 25 }), fc.integer({ min: 1, max: 5000 }))
  .map(([shapes, tail]) => {
    let clock = 0;
    const segments: Segment[] = shapes.map(({ spoken, speaker, hasWords }, index) => {
      const words: Word[] = spoken.map(([text, length, pause]) => {
        clock += pause;
        const start = milliseconds(clock);
        clock += length;
        return { start, end: milliseconds(clock), text, confidence: 0.9 };
      });
      return {
        id: `s${String(index + 1).padStart(6, '0')}`,
        start: words[0]?.start ?? 0,
        end: words.at(-1)?.end ?? 0,
        text: words.map((word) => word.text).join(' '),
        speaker,
        words: hasWords ? words : [],
      };
    });
    return { language: 'en', durationSeconds: milliseconds(clock + tail), segments };
  });

/** A model's word for a chunk: may be empty, overlap others, or lie outside the chunk. */
const transcribedWordArbitrary: fc.Arbitrary<Word> = fc.record({
  start: fc.integer({ min: 0, max: 90_000 }).map(milliseconds),
  end: fc.integer({ min: 0, max: 90_000 }).map(milliseconds),
  text: fc.oneof(
    { weight: 9, arbitrary: wordTextArbitrary },
    { weight: 1, arbitrary: fc.constantFrom(' ', '\n', '\u0000') },
  ),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
});

const wildSegmentArbitrary: fc.Arbitrary<TranscribedSegment> = fc
  .tuple(fc.array(transcribedWordArbitrary, { maxLength: 12 }), fc.integer({ min: 0, max: 9 }))
  .map(([words, kind]) => ({
    start: words[0]?.start ?? 3,
    end: words.at(-1)?.end ?? 1,
    // Text that matches the words, text that does not, and none.
    text:
      kind === 0
        ? ''
        : kind === 1
          ? 'Quite another text. And more.'
          : words.map((word) => word.text).join(' '),
    words: kind === 2 ? [] : words,
    averageLogProbability: null,
  }));

/** Chunks that tile a recording, with what a careless transcriber might return for them. */
export const wildChunksArbitrary: fc.Arbitrary<PlacedTranscript[]> = fc
  .array(fc.tuple(fc.integer({ min: 1000, max: 80_000 }), fc.array(wildSegmentArbitrary, { maxLength: 8 })), {
    maxLength: 6,
  })
  .map((chunks) => {
    let clock = 0;
    return chunks.map(([length, segments]) => {
      const start = milliseconds(clock);
      clock += length;
      const transcript = { language: 'en', languageProbability: 1, durationSeconds: length / 1000, segments };
      return { start, end: milliseconds(clock), transcript };
    });
  });
