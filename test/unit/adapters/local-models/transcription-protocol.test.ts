import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readTranscript,
  transcriptDocumentSchema,
  type ReadingContext,
} from '../../../../src/adapters/local-models/transcription-protocol.ts';
import { chunkTranscriptSchema } from '../../../../src/domain/transcript.ts';

const context: ReadingContext = { language: undefined, extent: { start: 1, end: 9 } };
const read = (document: unknown, more: Partial<ReadingContext> = {}) =>
  readTranscript(transcriptDocumentSchema.parse(document), { ...context, ...more });

describe('reading verbose_json', () => {
  test('takes punctuation from the text where words come without it, as OpenAI sends them', () => {
    const transcript = read({
      task: 'transcribe',
      language: 'english',
      duration: '3.5',
      text: 'Hello, world. Goodbye!',
      segments: [
        { id: 0, start: 0, end: 2, text: ' Hello, world.', avg_logprob: -0.2 },
        { id: 1, start: 2, end: 3, text: ' Goodbye!', avg_logprob: -0.3 },
      ],
      words: [
        { word: 'Hello', start: 0.1, end: 0.5 },
        { word: 'world', start: 0.6, end: 1.2 },
        { word: 'Goodbye', start: 2.1, end: 2.6 },
      ],
    });
    expect(transcript.language).toBe('en');
    expect(transcript.durationSeconds).toBe(3.5);
    expect(transcript.segments.map(({ text }) => text)).toEqual(['Hello, world.', 'Goodbye!']);
    expect(transcript.segments.flatMap(({ words }) => words.map(({ text }) => text))).toEqual([
      'Hello,',
      'world.',
      'Goodbye!',
    ]);
    expect(transcript.segments[0]?.averageLogProbability).toBe(-0.2);
  });

  test.each([
    ['OpenAI', { type: 'transcript.text.segment', id: 'seg_1', speaker: 'A' }],
    ['Mistral', { type: 'transcription_segment', speaker_id: 'A' }],
  ])('knows who speaks, as %s tells it', (_who, fields) => {
    const { segments } = read({
      ...{ task: 'transcribe', duration: 4, text: 'Hello. Yes.' },
      segments: [
        { ...fields, start: 0, end: 2, text: 'Hello.' },
        { start: 2, end: 4, text: ' Yes.' },
      ],
    });
    expect(segments.map(({ text, speaker }) => [text, speaker])).toEqual([
      ['Hello.', 'A'],
      ['Yes.', undefined],
    ]);
  });

  test('spreads words over the segment where the server tells no word times', () => {
    const [segment] = read({ segments: [{ start: 2, end: 4, text: 'ab cd' }] }).segments;
    expect(segment?.words).toEqual([
      { start: 2, end: 3, text: 'ab', confidence: 0.5 },
      { start: 3, end: 4, text: 'cd', confidence: 0.5 },
    ]);
  });

  test('makes one segment over the speech where the server gives text alone', () => {
    const { segments } = read({ text: 'Just text.' });
    expect(segments).toHaveLength(1);
    expect(segments[0]).toMatchObject({ start: 1, end: 9, text: 'Just text.' });
  });

  test('keeps the language that was asked for', () => {
    expect(read({ language: 'german', text: '' }, { language: 'nl' }).language).toBe('nl');
  });

  test('keeps the language of a segment, and takes no other text for one', () => {
    const segment = { start: 0, end: 1, text: 'Guten Morgen.' };
    const { segments } = read({
      language: 'en',
      segments: [
        { ...segment, language: 'german' },
        { ...segment, start: 1, end: 2, language: '<script>' },
        { ...segment, start: 2, end: 3 },
      ],
    });
    expect(segments.map(({ language }) => language)).toEqual(['de', undefined, undefined]);
  });

  test('leaves out segments without text', () => {
    expect(read({ segments: [{ start: 0, end: 1, text: '  ' }] }).segments).toEqual([]);
  });

  test('makes a valid, ordered transcript out of whatever times a server sends', () => {
    const time = fc.double({ min: -5, max: 100, noNaN: true });
    const word = fc.record({
      word: fc.string(),
      start: time,
      end: time,
      probability: fc.double({ min: -1, max: 2, noNaN: true }),
    });
    const segment = fc.record({
      start: time,
      end: time,
      text: fc.string(),
      words: fc.option(fc.array(word)),
    });
    const document = fc.record({ segments: fc.array(segment), words: fc.array(word) });
    fc.assert(
      fc.property(document, (given) => {
        const transcript = chunkTranscriptSchema.parse(read(given));
        let clock = 0;
        for (const { start, end, words } of transcript.segments) {
          expect(start).toBeGreaterThanOrEqual(clock);
          clock = start;
          for (const each of words) {
            expect(each.start).toBeGreaterThanOrEqual(clock);
            expect(each.end).toBeGreaterThanOrEqual(each.start);
            clock = each.end;
          }
          expect(end).toBeGreaterThanOrEqual(clock);
          clock = end;
        }
      }),
    );
  });
});
