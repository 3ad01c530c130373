import fc from 'fast-check';
import { parseSync } from 'subtitle';
import { describe, expect, it } from 'vitest';
import { WebVTTParser, type WebVttNode } from 'webvtt-parser';
import type { SubtitleCue } from '../../../src/domain/subtitle-cue.ts';
import { subtitleCues } from '../../../src/domain/subtitle-cues.ts';
import { toSubRip, toWebVtt, type SubtitleLook } from '../../../src/domain/subtitle-formats.ts';
import { withoutMarkup } from '../../../src/domain/subtitle-text.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const cues: SubtitleCue[] = [
  { start: 1, end: 2.5, lines: ['Fish & chips', 'for <b>two</b>'], speaker: 'Ann', speakerPrefix: 'Ann: ' },
  { start: 3661.042, end: 3663, lines: ['a --> b'], speaker: null, speakerPrefix: null },
];

const LOOK: SubtitleLook = { language: 'en', placement: 'bottom' };
const ARABIC: SubtitleLook = { language: 'ar', placement: 'bottom' };

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

describe('toSubRip', () => {
  it('writes numbers, times with a comma, and names where the speaker changes', () => {
    expect(toSubRip(cues, LOOK)).toBe(
      '1\n00:00:01,000 --> 00:00:02,500\nAnn: Fish & chips\nfor ‹b>two‹/b>\n\n' +
        '2\n01:01:01,042 --> 01:01:03,000\na → b\n',
    );
  });

  it('is read back by an independent parser, cue for cue', () => {
    fc.assert(
      fc.property(transcriptArbitrary, (transcript) => {
        const made = subtitleCues(transcript);
        const parsed = parseSync(toSubRip(made, LOOK)).filter((node) => node.type === 'cue');
        expect(parsed.map(({ data }) => [data.start, data.end, data.text])).toEqual(
          made.map((cue) => [
            milliseconds(cue.start),
            milliseconds(cue.end),
            withoutMarkup((cue.speakerPrefix ?? '') + cue.lines.join('\n')),
          ]),
        );
      }),
    );
  });

  it('leaves nothing that players take for markup', () => {
    const lines = ['{\\an8}<script>alert(1)</script>', '<font color="red"> --> 3 < 4'];
    const text = toSubRip([{ start: 0, end: 1, lines, speaker: null, speakerPrefix: null }], LOOK);
    expect(text.split('\n').slice(2).join('\n')).toBe(
      '(/an8)‹script>alert(1)‹/script>\n‹font color="red"> → 3 < 4\n',
    );
  });

  it('marks every line of a language from right to left', () => {
    const lines = ['قال 3 مرات.', 'NASA وصلت.'];
    expect(toSubRip([{ start: 0, end: 1, lines, speaker: null, speakerPrefix: null }], ARABIC)).toContain(
      '\u202bقال 3 مرات.\u202c\n\u202bNASA وصلت.\u202c\n',
    );
  });

  it('is empty without speech', () => {
    expect(toSubRip([], LOOK)).toBe('');
  });
});

/** The parser's own default knows only entities without a semicolon. */
const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** The standard decodes character references in annotations too; this parser leaves that to its caller. */
const decodeAnnotation = (text: string): string =>
  Object.entries(ENTITIES).reduceRight(
    (decoded, [entity, character]) => decoded.replaceAll(entity, character),
    text,
  );

const textOf = (node: WebVttNode): string =>
  node.type === 'text' ? (node.value ?? '') : (node.children ?? []).map(textOf).join('');

describe('toWebVtt', () => {
  it('writes voices and escapes text', () => {
    expect(toWebVtt(cues, LOOK)).toBe(
      'WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<v Ann>Fish &amp; chips\nfor &lt;b&gt;two&lt;/b&gt;\n\n' +
        '01:01:01.042 --> 01:01:03.000\na --&gt; b\n',
    );
  });

  it('is read back without complaint by the W3C test parser, cue for cue', () => {
    fc.assert(
      fc.property(transcriptArbitrary, (transcript) => {
        const made = subtitleCues(transcript);
        const { cues: parsed, errors } = new WebVTTParser(ENTITIES).parse(toWebVtt(made, LOOK), 'captions');
        expect(errors).toEqual([]);
        expect(
          parsed.map((cue) => {
            const [first] = cue.tree.children ?? [];
            const speaker =
              first?.type === 'object' && first.name === 'v' ? decodeAnnotation(first.value ?? '') : null;
            return [milliseconds(cue.startTime), milliseconds(cue.endTime), speaker, textOf(cue.tree)];
          }),
        ).toEqual(
          made.map((cue) => [
            milliseconds(cue.start),
            milliseconds(cue.end),
            cue.speaker,
            cue.lines.join('\n'),
          ]),
        );
      }),
    );
  });

  it('keeps clear of the foot of the picture where it must, and begins lines from right to left', () => {
    const cue = { start: 0, end: 1, lines: ['NASA وصلت.', 'نعم.'], speaker: null, speakerPrefix: null };
    const text = toWebVtt([cue], { language: 'fa', placement: 'lowerThird' });
    expect(text).toContain('00:00:01.000 line:70%\n&rlm;NASA وصلت.\n&rlm;نعم.\n');
    const { cues: parsed, errors } = new WebVTTParser({ ...ENTITIES, '&rlm;': '\u200f' }).parse(
      text,
      'captions',
    );
    expect(errors).toEqual([]);
    expect(parsed.map(({ tree }) => textOf(tree))).toEqual(['\u200fNASA وصلت.\n\u200fنعم.']);
  });

  it('has a header alone without speech', () => {
    expect(toWebVtt([], LOOK)).toBe('WEBVTT\n');
  });
});
