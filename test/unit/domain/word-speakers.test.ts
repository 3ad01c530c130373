import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Turn } from '../../../src/domain/speakers.ts';
import type { Segment, Transcript } from '../../../src/domain/transcript.ts';
import { assignSpeakers, withSpeakerNames } from '../../../src/domain/word-speakers.ts';

/** A transcript of sentences, each word half a second long, a pause of a second after each sentence. */
function transcriptOf(...sentences: string[]): Transcript {
  let clock = 0;
  const segments = sentences.map((text, index): Segment => {
    const words = text.split(' ').map((word) => {
      clock += 0.5;
      return { start: clock - 0.5, end: clock, text: word, confidence: 0.9 };
    });
    clock += 1;
    return {
      id: `s${String(index + 1).padStart(6, '0')}`,
      start: words[0]?.start ?? 0,
      end: words.at(-1)?.end ?? 0,
      text,
      speaker: null,
      words,
    };
  });
  return { language: 'en', durationSeconds: clock, segments };
}

const turn = (speaker: string, start: number, end: number): Turn => ({ speaker, start, end });
const said = ({ segments }: Transcript) => segments.map(({ speaker, text }) => `${speaker}: ${text}`);

describe('speakers of words', () => {
  it('follow the turns', () => {
    const transcript = transcriptOf('How are you?', 'Fine, thank you.');
    expect(said(assignSpeakers(transcript, [turn('S1', 0, 1.5), turn('S2', 2.5, 4)]))).toEqual([
      'S1: How are you?',
      'S2: Fine, thank you.',
    ]);
  });

  it('divide a segment where the speaker changes', () => {
    const transcript = transcriptOf('Are you ready? Yes I am ready now.');
    const result = assignSpeakers(transcript, [turn('S1', 0, 1.5), turn('S2', 1.5, 4)]);
    expect(said(result)).toEqual(['S1: Are you ready?', 'S2: Yes I am ready now.']);
    expect(result.segments.map(({ id, start, end }) => [id, start, end])).toEqual([
      ['s000001', 0, 1.5],
      ['s000002', 1.5, 4],
    ]);
  });

  it('keep a sentence whole whose last word the border of the turns cuts off', () => {
    const transcript = transcriptOf('This is what I mean.', 'And I do not agree.');
    // The border lies half a second early.
    const turns = [turn('S1', 0, 2), turn('S2', 2, 6)];
    expect(said(assignSpeakers(transcript, turns))).toEqual([
      'S1: This is what I mean.',
      'S2: And I do not agree.',
    ]);
  });

  it('keep one odd word within a sentence', () => {
    const transcript = transcriptOf('One two three four five six');
    const turns = [turn('S1', 0, 1.5), turn('S2', 1.5, 2), turn('S1', 2, 3)];
    expect(said(assignSpeakers(transcript, turns))).toEqual(['S1: One two three four five six']);
  });

  it('let a short answer stand between two sentences', () => {
    const transcript = transcriptOf('You were there?', 'Yes.', 'And what did you see?');
    const turns = [turn('S1', 0, 1.5), turn('S2', 2.5, 3), turn('S1', 4, 6.5)];
    expect(assignSpeakers(transcript, turns).segments.map(({ speaker }) => speaker)).toEqual([
      'S1',
      'S2',
      'S1',
    ]);
  });

  it('give a segment without words to one speaker', () => {
    const [segment] = transcriptOf('Two words').segments;
    const transcript: Transcript = {
      language: 'en',
      durationSeconds: 4,
      segments: [{ ...(segment as Segment), words: [] }],
    };
    expect(said(assignSpeakers(transcript, [turn('S2', 0, 2)]))).toEqual(['S2: Two words']);
  });

  it('leave the transcript as it is where nobody was heard', () => {
    const transcript = transcriptOf('Nobody here.');
    expect(assignSpeakers(transcript, [])).toBe(transcript);
  });

  it('lose, repeat and move nothing, whatever the turns', () => {
    const sentences = fc.array(
      fc
        .array(fc.stringMatching(/^[a-z]{1,6}[.,]?$/), { minLength: 1, maxLength: 8 })
        .map((words) => words.join(' ')),
      { minLength: 1, maxLength: 8 },
    );
    const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom('S1', 'S2', 'S3')), {
      maxLength: 15,
    });
    fc.assert(
      fc.property(sentences, lengths, (texts, stretches) => {
        let clock = 0;
        const turns = stretches.map(([tenths, speaker]) => {
          clock += tenths / 10;
          return turn(speaker, clock - tenths / 10, clock);
        });
        const before = transcriptOf(...texts);
        const after = assignSpeakers(before, turns);
        const wordsOf = ({ segments }: Transcript) => segments.flatMap(({ words }) => words);
        expect(wordsOf(after)).toEqual(wordsOf(before));
        expect(after.segments.map(({ text }) => text).join(' ')).toBe(texts.join(' '));
        after.segments.forEach((segment, index) => {
          expect(segment.words.map(({ text }) => text).join(' ')).toBe(segment.text);
          expect(segment.start).toBeGreaterThanOrEqual(after.segments[index - 1]?.end ?? 0);
          expect(new Set(after.segments.map(({ id }) => id)).size).toBe(after.segments.length);
        });
      }),
    );
  });

  it('are shown by their names', () => {
    const transcript: Transcript = {
      ...assignSpeakers(transcriptOf('Hello there.'), [turn('S1', 0, 1)]),
      speakers: [{ id: 'S1', label: 'Jane Doe', seconds: 1 }],
    };
    expect(said(withSpeakerNames(transcript))).toEqual(['Jane Doe: Hello there.']);
  });
});
