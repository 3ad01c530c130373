import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SubtitleCue } from '../../../src/domain/subtitle-cue.ts';
import { subtitleCues } from '../../../src/domain/subtitle-cues.ts';
import { textWidth } from '../../../src/domain/text-width.ts';
import type { Segment, Transcript } from '../../../src/domain/transcript.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const TOLERANCE = 0.0015;

const shownText = (cue: SubtitleCue): string => (cue.speakerPrefix ?? '') + cue.lines.join(' ');
const secondsOf = (cue: SubtitleCue): number => cue.end - cue.start;

/** Each cue with the time at which it must be gone: the next cue, or the end of the media. */
const withLimits = (cues: SubtitleCue[], durationSeconds: number): { cue: SubtitleCue; limit: number }[] =>
  cues.map((cue, index) => ({ cue, limit: cues[index + 1]?.start ?? durationSeconds }));

function forEachTranscript(check: (cues: SubtitleCue[], transcript: Transcript) => void): void {
  fc.assert(fc.property(transcriptArbitrary, (transcript) => check(subtitleCues(transcript), transcript)));
}

function segment(
  text: string,
  start: number,
  secondsPerWord: number,
  speaker: string | null = null,
): Segment {
  const words = text.split(' ').map((word, index) => ({
    start: start + index * secondsPerWord,
    end: start + (index + 1) * secondsPerWord,
    text: word,
    confidence: 1,
  }));
  return { id: 's000001', start, end: words.at(-1)?.end ?? start, text, speaker, words };
}

const transcriptOf = (segments: Segment[], language = 'en'): Transcript => ({
  language,
  durationSeconds: (segments.at(-1)?.end ?? 0) + 10,
  segments,
});

const linesOf = (transcript: Transcript): string[][] => subtitleCues(transcript).map((cue) => cue.lines);

describe('subtitleCues', () => {
  it('sets one or two lines of at most 42 characters, none of them empty', () => {
    forEachTranscript((cues) => {
      for (const { lines, speakerPrefix } of cues) {
        expect(lines.length).toBeGreaterThanOrEqual(1);
        expect(lines.length).toBeLessThanOrEqual(2);
        lines.forEach((line, index) => {
          expect(line.trim()).toBe(line);
          expect(line).not.toBe('');
          expect(textWidth(index === 0 ? (speakerPrefix ?? '') + line : line)).toBeLessThanOrEqual(42);
        });
      }
    });
  });

  it('loses no character and repeats none', () => {
    forEachTranscript((cues, { segments }) => {
      const compact = (texts: string[]): string =>
        texts.join('').replace(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069\p{Default_Ignorable_Code_Point}]/gu, '');
      expect(compact(cues.flatMap((cue) => cue.lines))).toBe(compact(segments.map((each) => each.text)));
    });
  });

  it('shows cues in order, at most 7 s, with a gap of two frames or none between them', () => {
    forEachTranscript((cues) => {
      cues.forEach((cue, index) => {
        expect(cue.start).toBeGreaterThanOrEqual(0);
        expect(cue.end).toBeGreaterThan(cue.start);
        expect(secondsOf(cue)).toBeLessThanOrEqual(7 + TOLERANCE);
        const next = cues[index + 1];
        if (next === undefined) return;
        const gap = Math.round((next.start - cue.end) * 1000) / 1000;
        expect(gap === 0 || gap >= 0.08).toBe(true);
      });
    });
  });

  it('begins every cue with its speech and ends the last within the media, where cues have room', () => {
    forEachTranscript((cues, { segments, durationSeconds }) => {
      const hasRoom = withLimits(cues, durationSeconds).every(({ cue, limit }) => limit - cue.start > 0.1);
      if (!hasRoom) return;
      expect(cues.at(-1)?.end ?? 0).toBeLessThanOrEqual(durationSeconds);
      const starts = segments.flatMap((each) => [each.start, ...each.words.map((word) => word.start)]);
      const timed = segments.every((each) => each.words.length > 0);
      if (timed)
        for (const cue of cues.filter((each) => /^[\w ,.]+$/.test(each.lines[0] ?? '')))
          expect(starts).toContain(cue.start);
    });
  });

  it('is read at 17 characters a second at most, or leaves only the gap before the next cue', () => {
    forEachTranscript((cues, { durationSeconds }) => {
      for (const { cue, limit } of withLimits(cues, durationSeconds)) {
        if (limit - cue.end <= 0.08 + TOLERANCE) continue;
        expect(textWidth(shownText(cue)) / (secondsOf(cue) + TOLERANCE)).toBeLessThanOrEqual(17);
      }
    });
  });

  it('exceeds 20 characters a second only where it stays until the next cue begins', () => {
    forEachTranscript((cues, { durationSeconds }) => {
      for (const { cue, limit } of withLimits(cues, durationSeconds)) {
        const speed = textWidth(shownText(cue)) / (secondsOf(cue) + TOLERANCE);
        if (speed > 20) expect(limit - cue.end).toBeLessThanOrEqual(TOLERANCE);
      }
    });
  });

  it('stays at least 0.8 s unless the next cue begins before', () => {
    forEachTranscript((cues, { durationSeconds }) => {
      for (const { cue, limit } of withLimits(cues, durationSeconds)) {
        if (secondsOf(cue) < 0.8 - TOLERANCE) expect(limit - cue.end).toBeLessThanOrEqual(TOLERANCE);
      }
    });
  });

  it('shows a name exactly where the speaker changes, and only where there are several', () => {
    forEachTranscript((cues, { segments }) => {
      const several = new Set(segments.map((each) => each.speaker)).size > 1;
      cues.forEach((cue, index) => {
        const changes = index === 0 || cues[index - 1]?.speaker !== cue.speaker;
        if (cue.speakerPrefix !== null) {
          expect(several && changes).toBe(true);
          expect(cue.speakerPrefix).toBe(`${cue.speaker ?? ''}: `);
        } else if (several && changes && cue.speaker !== null) {
          const firstWord = cue.lines[0]?.split(' ')[0] ?? '';
          expect(textWidth(firstWord)).toBeGreaterThan(20);
        }
      });
    });
  });

  it('leaves no article at the end of a line in ordinary speech', () => {
    const ordinary = fc
      .array(
        fc.constantFrom(
          ...'the a an and of we committee hearing water board, said. Senator which people budget because record'.split(
            ' ',
          ),
        ),
        { minLength: 30, maxLength: 200 },
      )
      .map((words) =>
        words.filter((word, index) => !(isArticle(word) && isArticle(words[index - 1] ?? 'the'))),
      );
    fc.assert(
      fc.property(ordinary, (words) => {
        const lines = subtitleCues(transcriptOf([segment([...words, 'end.'].join(' '), 0, 0.35)])).flatMap(
          (cue) => cue.lines,
        );
        for (const line of lines) expect(isArticle(line.split(' ').at(-1) ?? '')).toBe(false);
      }),
    );
  });

  it('breaks at clauses and balances the lines', () => {
    const text =
      'When the committee met in the spring, nobody knew that the water would rise before the end of the year.';
    expect(linesOf(transcriptOf([segment(text, 0, 0.3)]))).toEqual([
      ['When the committee met in the spring,'],
      ['nobody knew that the water would rise', 'before the end of the year.'],
    ]);
  });

  it('keeps sentences apart and short ones together', () => {
    const segments = [segment('Yes. I know. We heard.', 0, 0.4), segment('Next question.', 6, 0.4)];
    expect(linesOf(transcriptOf(segments))).toEqual([['Yes. I know. We heard.'], ['Next question.']]);
  });

  it('names speakers where they change and stays silent about a single one', () => {
    const dialogue = [segment('Who are you?', 0, 0.4, 'Ann'), segment('A witness.', 2, 0.4, 'Bob')];
    expect(subtitleCues(transcriptOf(dialogue)).map((cue) => cue.speakerPrefix)).toEqual(['Ann: ', 'Bob: ']);
    expect(subtitleCues(transcriptOf(dialogue.slice(0, 1)))[0]?.speakerPrefix).toBeNull();
  });

  it('cuts long names no shorter than it must', () => {
    const names = ['Congresswoman Alexandria Lee', '最高裁判所長官である山田太郎さん'];
    const dialogue = names.map((name, index) => segment('Who are you?', index * 2, 0.4, name));
    expect(subtitleCues(transcriptOf(dialogue)).map((cue) => cue.speakerPrefix)).toEqual([
      'Congresswoman Alexan…: ',
      '最高裁判所長官である…: ',
    ]);
  });

  it('breaks Japanese between words, at half the characters', () => {
    const text = '委員会は春に開かれましたが、水が年末までに上がるとは誰も知りませんでした。';
    const words = [{ start: 0, end: 6, text, confidence: 1 }];
    const lines = linesOf(
      transcriptOf([{ id: 's000001', start: 0, end: 6, text, speaker: null, words }], 'ja'),
    );
    expect(lines.flat().join('')).toBe(text);
    for (const line of lines.flat()) {
      expect(line.length).toBeLessThanOrEqual(16);
      expect(line).not.toMatch(/^[、。]/);
    }
  });

  it('makes no cues of no speech', () => {
    expect(subtitleCues(transcriptOf([]))).toEqual([]);
  });

  it('sets six hours of speech in linear time', () => {
    const sentence = 'The committee will come to order and hear the witness, who has come a long way.';
    const segments = Array.from({ length: 4000 }, (_, index) => segment(sentence, index * 5.4, 0.33));
    expect(subtitleCues(transcriptOf(segments)).length).toBeGreaterThanOrEqual(4000);
  });
});

function isArticle(word: string): boolean {
  return ['the', 'a', 'an'].includes(word);
}
