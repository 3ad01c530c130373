import { describe, expect, it } from 'vitest';
import { labelSpeakers, type HeardVoices } from '../../../src/domain/label-speakers.ts';
import type { HeardOverlap } from '../../../src/domain/overlaps.ts';
import { groupVoices } from '../../../src/domain/speaker-clustering.ts';
import { toldTurns, toldVoices, type ToldTurn } from '../../../src/domain/told-speakers.ts';
import type { Segment, Transcript } from '../../../src/domain/transcript.ts';
import { encodeEmbedding, unitEmbedding } from '../../../src/domain/voices.ts';

const sameVoiceSimilarity = 0.6;
/** The third is so like the first that nobody would tell them apart by ear. */
const VOICES = [Float32Array.of(1, 0.1, 0), Float32Array.of(0, 0.1, 1), Float32Array.of(1, 0.5, 0)] as const;

/** A chunk of 20 s in which one voice speaks for ten seconds, and then another. */
function chunkAt(
  start: number,
  order: readonly (0 | 1 | 2)[],
  model = 'encoder-1',
  overlaps: HeardOverlap[] = [],
): HeardVoices {
  const windows = order.flatMap((voice, part) =>
    Array.from({ length: 20 }, (_, index) => ({
      start: part * 10 + index * 0.4,
      end: part * 10 + index * 0.4 + 1.6,
      embedding: encodeEmbedding(VOICES[voice]),
    })),
  );
  const regions = order.map((_, part) => ({ start: part * 10, end: part * 10 + 9.2 }));
  return { start, voices: { model, sameVoiceSimilarity, windows, regions, overlaps } };
}

const sentence = (start: number, text: string): Segment => {
  const words = text.split(' ').map((word, index) => ({
    start: start + index,
    end: start + index + 0.9,
    text: word,
    confidence: 1,
  }));
  return { id: 's', start, end: words.at(-1)?.end ?? start, text, speaker: null, words };
};

const transcriptOf = (...segments: Segment[]): Transcript => ({
  language: 'en',
  durationSeconds: 100,
  segments,
});

function label(transcript: Transcript, heard: HeardVoices[]) {
  const groups = heard.flatMap(({ start, voices }) =>
    groupVoices(
      voices.windows.map((window) => ({
        start: start + window.start,
        end: start + window.end,
        embedding: unitEmbedding(window.embedding),
      })),
      { sameVoiceSimilarity, chunkCount: heard.length },
    ),
  );
  return labelSpeakers(transcript, heard, groups, {});
}

describe('labelling speakers', () => {
  const transcript = transcriptOf(
    sentence(1, 'Welcome to the show today.'),
    sentence(11, 'Thank you very much indeed.'),
    sentence(21, 'I was glad to come.'),
    sentence(31, 'Then let us begin now.'),
  );

  it('gives one voice one name over all chunks, numbered by first words', () => {
    const labelled = label(transcript, [chunkAt(0, [0, 1]), chunkAt(20, [1, 0])]);
    expect(labelled.transcript.segments.map(({ speaker }) => speaker)).toEqual(['S1', 'S2', 'S2', 'S1']);
    expect(labelled.transcript.speakers).toEqual([
      { id: 'S1', label: 'Speaker 1', seconds: 18.4 },
      { id: 'S2', label: 'Speaker 2', seconds: 18.4 },
    ]);
  });

  it('puts turns on the clock of the video, and a voice beside each name', () => {
    const { diarization } = label(transcript, [chunkAt(0, [0, 1]), chunkAt(20, [1, 0])]);
    expect(diarization.turns.map(({ start, end, speaker }) => [start, end, speaker])).toEqual([
      [0, 9.2, 'S1'],
      [10, 19.2, 'S2'],
      [20, 29.2, 'S2'],
      [30, 39.2, 'S1'],
    ]);
    expect(diarization.model).toBe('encoder-1');
    const [first, second] = diarization.voices.map(({ embedding }) => unitEmbedding(embedding));
    expect(first?.[0]).toBeGreaterThan(0.9);
    expect(second?.[2]).toBeGreaterThan(0.9);
  });

  it('has both people speak where two were heard at once, and leaves the words with the louder one', () => {
    const overlap = {
      ...{ start: 9, end: 11.5 },
      alone: [[{ start: 2, end: 9 }], [{ start: 11.5, end: 15 }]],
    };
    const chunks = [chunkAt(0, [0, 1]), chunkAt(20, [0, 1], 'encoder-1', [overlap])];
    const { diarization, transcript: labelled } = label(transcript, chunks);
    expect(diarization.turns.slice(2)).toEqual([
      { start: 20, end: 31.5, speaker: 'S1' },
      { start: 29, end: 39.2, speaker: 'S2' },
    ]);
    expect(labelled.overlaps).toEqual([{ start: 29, end: 31.5, speakers: ['S1', 'S2'] }]);
    expect(labelled.segments.at(-1)).toMatchObject({ speaker: 'S2', text: 'Then let us begin now.' });
  });

  it('leaves a transcript as it is where no voice was heard', () => {
    const labelled = label(transcript, []);
    expect(labelled.transcript).toEqual({ ...transcript, speakers: [], overlaps: [] });
    expect(labelled.diarization).toMatchObject({ model: null, turns: [], voices: [] });
  });

  it('does not compare what two encoders heard', () => {
    expect(() => label(transcript, [chunkAt(0, [0, 1]), chunkAt(20, [0, 1], 'encoder-2')])).toThrow(
      'different speaker encoders (encoder-1, encoder-2)',
    );
  });
});

describe('speakers that a transcriber tells apart', () => {
  const transcript = transcriptOf(
    sentence(1, 'Welcome to the show today.'),
    sentence(11, 'Thank you very much indeed.'),
    sentence(21, 'I was glad to come.'),
    sentence(31, 'Then let us begin now.'),
  );
  const told = (...turns: [start: number, end: number, speaker: string][]): ToldTurn[] =>
    turns.map(([start, end, speaker]) => ({ start, end, speaker }));
  const labelTold = (...heard: HeardVoices[]) =>
    labelSpeakers(
      transcript,
      heard,
      heard.flatMap((chunk) => [...toldVoices(chunk.told ?? [], chunk.voices).values()]),
      {},
    );

  it('keep the turns in which they speak at once', () => {
    const { diarization, transcript: labelled } = labelTold({
      ...chunkAt(0, [0, 1]),
      told: told([0, 11, 'A'], [9.5, 19, 'B']),
    });
    expect(diarization.turns).toEqual([
      { start: 0, end: 11, speaker: 'S1' },
      { start: 9.5, end: 19, speaker: 'S2' },
    ]);
    expect(labelled.overlaps).toEqual([{ start: 9.5, end: 11, speakers: ['S1', 'S2'] }]);
  });

  it('have one name over all chunks, whatever they are called in each', () => {
    const { transcript: labelled, diarization } = labelTold(
      { ...chunkAt(0, [0, 1]), told: told([0, 9.5, 'A'], [9.5, 19, 'B']) },
      { ...chunkAt(20, [1, 0]), told: told([0, 9.5, 'A'], [9.5, 19, 'B']) },
    );
    expect(labelled.segments.map(({ speaker }) => speaker)).toEqual(['S1', 'S2', 'S2', 'S1']);
    expect(diarization.turns.map(({ start, end }) => [start, end])).toEqual([
      [0, 9.5],
      [9.5, 19],
      [20, 29.5],
      [29.5, 39],
    ]);
  });

  it('stay apart where their voices are alike', () => {
    const { transcript: labelled } = labelTold({
      ...chunkAt(0, [0, 2]),
      told: told([0, 9.5, 'A'], [9.5, 19, 'B']),
    });
    expect(labelled.segments.slice(0, 2).map(({ speaker }) => speaker)).toEqual(['S1', 'S2']);
  });

  it('speak with the voice of the turn before where they are too short to be heard', () => {
    const { transcript: labelled } = labelTold({
      ...chunkAt(0, [0, 1]),
      told: told([0, 9.5, 'A'], [9.5, 9.6, 'C'], [9.6, 19, 'B']),
    });
    expect(labelled.speakers).toHaveLength(2);
  });

  it('are read from the segments that name them', () => {
    const said = { start: 0, end: 2, text: 'Yes.', words: [], averageLogProbability: null };
    const segments = [{ ...said, speaker: 'A' }, said];
    const transcript = { language: 'en', languageProbability: 1, durationSeconds: 4, segments };
    expect(toldTurns(transcript)).toEqual([{ start: 0, end: 2, speaker: 'A' }]);
  });
});
