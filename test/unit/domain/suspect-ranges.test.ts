import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeTranscript } from '../../../src/domain/merge-transcript.ts';
import { SUSPECT_KINDS } from '../../../src/domain/quality.ts';
import { suspectRanges, type ChunkEvidence } from '../../../src/domain/suspect-ranges.ts';
import type { TranscribedSegment } from '../../../src/domain/transcript.ts';
import { wildChunksArbitrary } from '../../support/transcript-arbitraries.ts';

interface Said {
  secondsPerWord?: number;
  confidence?: number;
  averageLogProbability?: number | null;
}

/** A segment of evenly spoken words. */
function said(text: string, start: number, { secondsPerWord = 0.4, ...rest }: Said = {}): TranscribedSegment {
  const words = text.split(' ').map((word, index) => ({
    ...{ start: start + index * secondsPerWord, end: start + (index + 1) * secondsPerWord },
    ...{ text: word, confidence: rest.confidence ?? 0.9 },
  }));
  const end = words.at(-1)?.end ?? start;
  return { start, end, text, words, averageLogProbability: rest.averageLogProbability ?? -0.2 };
}

/** One chunk from `start`, whose speech is where its text is unless said otherwise. */
function chunkOf(
  segments: TranscribedSegment[],
  speechRegions: ChunkEvidence['speechRegions'] = segments,
  start = 0,
): ChunkEvidence {
  return {
    ...{ start, end: start + 300, speechRegions },
    transcript: { language: 'en', languageProbability: 1, durationSeconds: 300, segments },
  };
}

const found = (...chunks: ChunkEvidence[]) => {
  const durationSeconds = chunks.at(-1)?.end ?? 0;
  return suspectRanges(mergeTranscript(chunks, durationSeconds, 'en'), chunks);
};

const SENTENCE = 'The committee will come to order and hear the witness.';

describe('suspectRanges', () => {
  it('finds nothing wrong with clear speech', () => {
    expect(found(chunkOf([said(SENTENCE, 0), said(`No, no, no. Very, very good. ${SENTENCE}`, 5)]))).toEqual(
      [],
    );
  });

  it('finds a segment below Whisper’s own limit, on the clock of the video', () => {
    const doubtful = said(SENTENCE, 10, { averageLogProbability: -1.31 });
    expect(found(chunkOf([said(SENTENCE, 0)]), chunkOf([doubtful], [doubtful], 300))).toEqual([
      {
        start: 310,
        end: 314,
        kind: 'lowConfidence',
        detail: 'the model was unsure (mean log probability -1.31)',
      },
    ]);
    expect(found(chunkOf([said(SENTENCE, 0, { averageLogProbability: -1 })]))).toEqual([]);
  });

  it('finds three doubtful words in a row, not one, and none where a server tells no confidence', () => {
    const named = said('Ask Szczepanski about it.', 0);
    named.words[1] = { start: 0.4, end: 0.8, text: 'Szczepanski', confidence: 0.05 };
    const mumbled = said('over under there', 5, { confidence: 0.2 });
    const untold = said(SENTENCE, 10, { confidence: 0.5, averageLogProbability: null });
    expect(found(chunkOf([named, mumbled, untold]))).toEqual([
      {
        start: 5,
        end: 6.2,
        kind: 'lowConfidence',
        detail: '3 words in a row are doubtful (mean confidence 0.20)',
      },
    ]);
  });

  it('finds loops of a word and of a sentence, over segments and in spite of punctuation', () => {
    const word = said(Array.from({ length: 8 }, (_, index) => (index % 2 ? 'you.' : 'You')).join(' '), 0);
    const phrases = [0, 1, 2].map((round) => said('Thank you for watching!', 20 + 2 * round));
    expect(found(chunkOf([word, said(SENTENCE, 10), ...phrases]))).toEqual([
      { start: 0, end: 3.2, kind: 'loop', detail: '“you” stands there 8 times in a row' },
      {
        start: 20,
        end: 25.6,
        kind: 'loop',
        detail: '“thank you for watching” stands there 3 times in a row',
      },
    ]);
  });

  it('finds loops in segments without words, and in scripts without spaces', () => {
    const text = '谢谢观看。'.repeat(4);
    const segment = { start: 0, end: 8, text, words: [], averageLogProbability: null };
    const [loop] = found(chunkOf([segment], [{ start: 0, end: 8 }]));
    expect(loop).toMatchObject({ kind: 'loop', start: 0 });
  });

  it('tells a hole from a short stretch of speech without text', () => {
    const segments = [
      said(SENTENCE, 0),
      said(SENTENCE, 10),
      said('Then it was over and we all went home again.', 50),
    ];
    const speech = [{ start: 0, end: 14 }, { start: 15, end: 48 }, { start: 50, end: 54 }]; // prettier-ignore
    expect(found(chunkOf(segments, speech))).toEqual([
      { start: 4.5, end: 9.5, kind: 'speechWithoutText', detail: '5.0 s of speech have no text' },
      { start: 15, end: 48, kind: 'hole', detail: '33.0 s of speech have no text' },
    ]);
  });

  it('lets ends of words, breath and pauses pass', () => {
    const segments = [said(SENTENCE, 0), said(SENTENCE, 10)];
    const speech = [{ start: 0, end: 4.4 }, { start: 6, end: 7.5 }, { start: 9.7, end: 14 }]; // prettier-ignore
    expect(found(chunkOf(segments, speech))).toEqual([]);
  });

  it('finds words where nobody was heard', () => {
    expect(
      found(
        chunkOf([said(SENTENCE, 0), said('Thanks for watching this, see you.', 30)], [{ start: 0, end: 4 }]),
      ),
    ).toEqual([
      {
        start: 30,
        end: 32.4,
        kind: 'textWithoutSpeech',
        detail: 'there are words where nobody was heard to speak',
      },
    ]);
  });

  it('finds a chunk that came back empty', () => {
    expect(found(chunkOf([], [{ start: 3, end: 120 }], 300))).toMatchObject([
      { start: 303, end: 420, kind: 'hole' },
    ]);
  });

  it('lists ranges of any chunks in order, within the media, those of a kind apart', () => {
    const region = fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(wildChunksArbitrary, fc.array(region), (placed, drawn) => {
        const speechRegions = drawn
          .map(([start, length]) => ({ start, end: start + length }))
          .sort((one, other) => one.start - other.start);
        const chunks = placed.map((chunk) => ({ ...chunk, speechRegions }));
        const durationSeconds = chunks.at(-1)?.end ?? 0;
        const ranges = suspectRanges(mergeTranscript(chunks, durationSeconds, 'en'), chunks);
        ranges.forEach(({ start, end }, index) => {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(durationSeconds);
          expect(start).toBeGreaterThanOrEqual(ranges[index - 1]?.start ?? 0);
        });
        for (const kind of SUSPECT_KINDS) {
          const own = ranges.filter((range) => range.kind === kind);
          own.forEach(({ start }, index) => expect(start).toBeGreaterThanOrEqual(own[index - 1]?.end ?? 0));
        }
      }),
    );
  });

  it('goes through six hours in linear time', () => {
    const segments = Array.from({ length: 4000 }, (_, index) => said(SENTENCE, index * 5.4));
    const chunk = { ...chunkOf(segments), end: 21_600 };
    expect(suspectRanges(mergeTranscript([chunk], 21_600, 'en'), [chunk])[0]?.kind).toBe('loop');
  });
});
