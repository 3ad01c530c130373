import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeTranscript, type PlacedTranscript } from '../../../src/domain/merge-transcript.ts';
import { transcriptSchema, type TranscribedSegment, type Word } from '../../../src/domain/transcript.ts';
import { transcriptArbitrary, wildChunksArbitrary } from '../../support/transcript-arbitraries.ts';

const durationOf = (chunks: readonly PlacedTranscript[]): number => chunks.at(-1)?.end ?? 0;

const withoutSpace = (texts: readonly string[]): string =>
  texts
    .join('')
    .toWellFormed()
    .replace(/[\s\p{Cc}]/gu, '');

/** Evenly spoken words: half a second each, from `start` on. */
function spoken(text: string, start: number, secondsPerWord = 0.5): TranscribedSegment {
  const words: Word[] = text.split(' ').map((word, index) => ({
    start: start + index * secondsPerWord,
    end: start + (index + 1) * secondsPerWord,
    text: ` ${word}`,
    confidence: 0.9,
  }));
  const end = words.at(-1)?.end ?? start;
  return { start, end, text: ` ${text}`, words, averageLogProbability: -0.2 };
}

const chunk = (start: number, end: number, segments: TranscribedSegment[]): PlacedTranscript => ({
  start,
  end,
  transcript: { language: 'en', languageProbability: 1, durationSeconds: end - start, segments },
});

describe('mergeTranscript', () => {
  it('loses no text and no word and repeats none, whatever the transcriber returned', () => {
    fc.assert(
      fc.property(wildChunksArbitrary, (chunks) => {
        const { segments } = mergeTranscript(chunks, durationOf(chunks), 'en');
        const spokenSegments = chunks
          .flatMap((chunk) => chunk.transcript.segments)
          .filter((segment) => withoutSpace([segment.text]) !== '');
        expect(withoutSpace(segments.map((segment) => segment.text))).toBe(
          withoutSpace(spokenSegments.map((segment) => segment.text)),
        );
        expect(segments.flatMap((segment) => segment.words.map((word) => word.text))).toEqual(
          spokenSegments
            .flatMap((segment) => segment.words)
            .map((word) =>
              word.text
                .toWellFormed()
                .replace(/\p{Cc}/gu, ' ')
                .trim(),
            )
            .filter((text) => text !== ''),
        );
      }),
    );
  });

  it('keeps segments and words in order, without overlap, within their chunk and the media', () => {
    fc.assert(
      fc.property(wildChunksArbitrary, fc.double({ min: 0.5, max: 1.5, noNaN: true }), (chunks, share) => {
        const durationSeconds = durationOf(chunks) * share;
        const transcript = mergeTranscript(chunks, durationSeconds, 'en');
        expect(() => transcriptSchema.parse(transcript)).not.toThrow();
        for (const spans of [transcript.segments, transcript.segments.flatMap((segment) => segment.words)]) {
          let previousEnd = 0;
          for (const span of spans) {
            expect(span.start).toBeGreaterThanOrEqual(previousEnd);
            expect(span.end).toBeGreaterThanOrEqual(span.start);
            previousEnd = span.end;
          }
          expect(previousEnd).toBeLessThanOrEqual(durationSeconds);
        }
        for (const segment of transcript.segments) {
          for (const word of segment.words) {
            expect(word.start).toBeGreaterThanOrEqual(segment.start);
            expect(word.end).toBeLessThanOrEqual(segment.end);
          }
        }
      }),
    );
  });

  it('numbers segments from one without a gap', () => {
    fc.assert(
      fc.property(wildChunksArbitrary, (chunks) => {
        const ids = mergeTranscript(chunks, durationOf(chunks), 'en').segments.map((segment) => segment.id);
        expect(ids).toEqual(ids.map((_, index) => `s${String(index + 1).padStart(6, '0')}`));
      }),
    );
  });

  it('leaves a transcript as it is when merged again as one chunk', () => {
    fc.assert(
      fc.property(transcriptArbitrary, ({ segments, durationSeconds }) => {
        const asChunk = (source: typeof segments) =>
          chunk(
            0,
            durationSeconds,
            source.map(({ speaker: _speaker, ...segment }) => ({ ...segment, averageLogProbability: null })),
          );
        const once = mergeTranscript([asChunk(segments)], durationSeconds, 'en');
        expect(mergeTranscript([asChunk(once.segments)], durationSeconds, 'en')).toEqual(once);
      }),
    );
  });

  it('shifts the words of a chunk to the clock of the video', () => {
    const { segments } = mergeTranscript(
      [chunk(0, 60.5, [spoken('Good morning.', 1)]), chunk(60.5, 130, [spoken('Thank you.', 2)])],
      130,
      'en',
    );
    expect(segments).toEqual([
      {
        id: 's000001',
        start: 1,
        end: 2,
        text: 'Good morning.',
        speaker: null,
        words: [
          { start: 1, end: 1.5, text: 'Good', confidence: 0.9 },
          { start: 1.5, end: 2, text: 'morning.', confidence: 0.9 },
        ],
      },
      {
        id: 's000002',
        start: 62.5,
        end: 63.5,
        text: 'Thank you.',
        speaker: null,
        words: [
          { start: 62.5, end: 63, text: 'Thank', confidence: 0.9 },
          { start: 63, end: 63.5, text: 'you.', confidence: 0.9 },
        ],
      },
    ]);
  });

  it('divides several sentences, but not at abbreviations', () => {
    const text = 'I met Dr. Smith of the U.S. Senate. He smiled. "Really?" she asked.';
    const { segments } = mergeTranscript([chunk(0, 60, [spoken(text, 0)])], 60, 'en');
    expect(segments.map((segment) => segment.text)).toEqual([
      'I met Dr. Smith of the U.S. Senate.',
      'He smiled.',
      '"Really?" she asked.',
    ]);
    expect(segments.map((segment) => [segment.start, segment.end])).toEqual([
      [0, 4],
      [4, 5],
      [5, 6.5],
    ]);
  });

  it('divides a sentence of more than 30 s at a clause', () => {
    const clause = 'and this goes on and on without a stop';
    const text = `${clause}, ${clause}, ${clause}, ${clause}.`;
    const { segments } = mergeTranscript([chunk(0, 60, [spoken(text, 0, 1.2)])], 60, 'en');
    expect(segments.map((segment) => segment.text)).toEqual([
      `${clause}, ${clause},`,
      `${clause}, ${clause}.`,
    ]);
  });

  it('puts the border of two overlapping words in the middle of the overlap', () => {
    const first = { start: 0, end: 1.2, text: 'one', confidence: 1 };
    const second = { start: 1, end: 2, text: 'two', confidence: 1 };
    const segment = {
      start: 0,
      end: 2,
      text: 'one two',
      words: [first, second],
      averageLogProbability: null,
    };
    const { segments } = mergeTranscript([chunk(0, 5, [segment])], 5, 'en');
    expect(segments[0]?.words.map((word) => [word.start, word.end])).toEqual([
      [0, 1.1],
      [1.1, 2],
    ]);
  });

  it('is in the language that is spoken most, and says of other segments in which they are', () => {
    const german = { ...spoken('Guten Morgen, wie geht es Ihnen heute.', 4), language: 'de' };
    const english = { ...spoken('Good morning.', 0), language: 'en' };
    const transcript = mergeTranscript([chunk(0, 12, [english, german])], 12, 'fr');
    expect(transcript.language).toBe('de');
    expect(transcript.segments.map(({ language }) => language)).toEqual(['en', undefined]);
  });

  it('makes an empty transcript of no speech', () => {
    expect(mergeTranscript([chunk(0, 30, [])], 30, 'und')).toEqual({
      language: 'und',
      durationSeconds: 30,
      segments: [],
    });
  });

  it('merges six hours in the time of a moment', () => {
    const sentence = 'The committee will come to order and hear the witness now.';
    const chunks = Array.from({ length: 100 }, (_, index) =>
      chunk(
        index * 216,
        (index + 1) * 216,
        Array.from({ length: 40 }, (_, inner) => spoken(sentence, inner * 5.4, 0.45)),
      ),
    );
    const { segments } = mergeTranscript(chunks, 21_600, 'en');
    expect(segments).toHaveLength(4000);
  });
});
