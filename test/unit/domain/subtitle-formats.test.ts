import fc from 'fast-check';
import { parseSync } from 'subtitle';
import { describe, expect, it } from 'vitest';
import { WebVTTParser, type WebVttNode } from 'webvtt-parser';
import type { SubtitleCue } from '../../../src/domain/subtitle-cue.ts';
import { subtitleCues } from '../../../src/domain/subtitle-cues.ts';
import { toSubRip, toWebVtt } from '../../../src/domain/subtitle-formats.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const cues: SubtitleCue[] = [
  { start: 1, end: 2.5, lines: ['Fish & chips', 'for <b>two</b>'], speaker: 'Ann', speakerPrefix: 'Ann: ' },
  { start: 3661.042, end: 3663, lines: ['a --> b'], speaker: null, speakerPrefix: null },
];

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

describe('toSubRip', () => {
  it('writes numbers, times with a comma, and names where the speaker changes', () => {
    expect(toSubRip(cues)).toBe(
      '1\n00:00:01,000 --> 00:00:02,500\nAnn: Fish & chips\nfor <b>two</b>\n\n' +
        '2\n01:01:01,042 --> 01:01:03,000\na → b\n',
    );
  });

  it('is read back by an independent parser, cue for cue', () => {
    fc.assert(
      fc.property(transcriptArbitrary, (transcript) => {
        const made = subtitleCues(transcript);
        const parsed = parseSync(toSubRip(made)).filter((node) => node.type === 'cue');
        expect(parsed.map(({ data }) => [data.start, data.end, data.text])).toEqual(
          made.map((cue) => [
            milliseconds(cue.start),
            milliseconds(cue.end),
            ((cue.speakerPrefix ?? '') + cue.lines.join('\n')).replaceAll('-->', '→'),
          ]),
        );
      }),
    );
  });

  it('is empty without speech', () => {
    expect(toSubRip([])).toBe('');
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
    expect(toWebVtt(cues)).toBe(
      'WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<v Ann>Fish &amp; chips\nfor &lt;b&gt;two&lt;/b&gt;\n\n' +
        '01:01:01.042 --> 01:01:03.000\na --&gt; b\n',
    );
  });

  it('is read back without complaint by the W3C test parser, cue for cue', () => {
    fc.assert(
      fc.property(transcriptArbitrary, (transcript) => {
        const made = subtitleCues(transcript);
        const { cues: parsed, errors } = new WebVTTParser(ENTITIES).parse(toWebVtt(made), 'captions');
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

  it('has a header alone without speech', () => {
    expect(toWebVtt([])).toBe('WEBVTT\n');
  });
});
