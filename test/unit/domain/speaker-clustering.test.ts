import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findVoices,
  groupVoices,
  nearestVoice,
  type PlacedVoice,
  type SpeakerCount,
} from '../../../src/domain/speaker-clustering.ts';
import { normalised } from '../../../src/domain/voices.ts';

const DIMENSIONS = 24;
const sameVoiceSimilarity = 0.6;

/** A person's voice: the dimension of their own, and what all voices have in common. */
const voiceOf = (person: number): Float32Array =>
  normalised(Float32Array.from({ length: DIMENSIONS }, (_, index) => (index === person ? 3 : 0.3)));

/** Windows of people speaking one after another, each sounding a little different every time. */
function windowsOf(
  people: readonly number[],
  { seconds = 1.6, wobble = 0.04, startAt = 0 } = {},
): PlacedVoice[] {
  return people.map((person, index) => ({
    start: startAt + index * 0.4,
    end: startAt + index * 0.4 + seconds,
    embedding: normalised(
      voiceOf(person).map(
        (value, dimension) => value + wobble * Math.abs(Math.sin(index * 7 + dimension * 3)),
      ),
    ),
  }));
}

function speakersOf(chunks: PlacedVoice[][], count: SpeakerCount = {}): number[][] {
  const options = { ...count, sameVoiceSimilarity };
  const voices = findVoices(
    chunks.flatMap((chunk) => groupVoices(chunk, { ...options, chunkCount: chunks.length })),
    options,
  );
  return chunks.map((chunk) => chunk.map(({ embedding }) => nearestVoice(embedding, voices)));
}

const distinct = (labels: number[][]): number => new Set(labels.flat()).size;
const repeated = (person: number, times: number): number[] => Array.from({ length: times }, () => person);

describe('clustering voices', () => {
  it('gives one speaker one number over all chunks, and different people different ones', () => {
    const people = fc.uniqueArray(fc.integer({ min: 0, max: DIMENSIONS - 1 }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(people, fc.integer({ min: 1, max: 5 }), (who, chunkCount) => {
        const chunks = Array.from({ length: chunkCount }, (_, chunk) =>
          windowsOf(
            who.flatMap((person) => repeated(person, 8)),
            { startAt: chunk * 300 },
          ),
        );
        const labels = speakersOf(chunks);
        expect(distinct(labels)).toBe(who.length);
        const [first = []] = labels;
        for (const chunk of labels) expect(chunk).toEqual(first);
        who.forEach((_, position) => {
          expect(new Set(first.slice(position * 8, position * 8 + 8)).size).toBe(1);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('finds as many as are known to speak, although two sound alike', () => {
    const alike = windowsOf([...repeated(0, 8), ...repeated(1, 8)], { wobble: 0.4 });
    expect(distinct(speakersOf([alike]))).toBe(1);
    expect(distinct(speakersOf([alike], { exactly: 2 }))).toBe(2);
    expect(distinct(speakersOf([alike], { minimum: 2 }))).toBe(2);
  });

  it('finds no more than are allowed', () => {
    const four = [0, 1, 2, 3].flatMap((person) => windowsOf(repeated(person, 8), { startAt: person * 20 }));
    expect(distinct(speakersOf([four]))).toBe(4);
    expect(distinct(speakersOf([four], { maximum: 2 }))).toBe(2);
    expect(distinct(speakersOf([four], { maximum: 9 }))).toBe(4);
  });

  it('takes a cough for nobody', () => {
    const talk = windowsOf(repeated(0, 20));
    const cough = windowsOf([5], { seconds: 1.1, startAt: 60 });
    expect(distinct(speakersOf([[...talk, ...cough]]))).toBe(1);
  });

  it('does not let an outlier take the place of a person who is known to be there', () => {
    const talk = [...windowsOf(repeated(0, 20)), ...windowsOf(repeated(1, 20), { startAt: 30, wobble: 0.1 })];
    const noise = windowsOf([9], { seconds: 1.1, startAt: 60 });
    const [labels = []] = speakersOf([[...talk, ...noise]], { exactly: 2 });
    expect(new Set(labels.slice(0, 20)).size).toBe(1);
    expect(new Set(labels.slice(20, 40)).size).toBe(1);
    expect(labels[0]).not.toBe(labels[20]);
  });

  it('works with short windows where there are no others, and with none', () => {
    expect(distinct(speakersOf([windowsOf([0, 0, 0], { seconds: 0.6 })]))).toBe(1);
    expect(speakersOf([[], []])).toEqual([[], []]);
  });
});
