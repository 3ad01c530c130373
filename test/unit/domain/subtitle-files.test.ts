import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAss } from '../../../src/domain/ass.ts';
import { toLrc } from '../../../src/domain/lrc.ts';
import { mediaTypeOf } from '../../../src/domain/manifest.ts';
import type { SubtitleCue } from '../../../src/domain/subtitle-cue.ts';
import { subtitleCues } from '../../../src/domain/subtitle-cues.ts';
import { subtitleFiles } from '../../../src/domain/subtitle-files.ts';
import type { SubtitleLook } from '../../../src/domain/subtitle-formats.ts';
import { onOneLine } from '../../../src/domain/subtitle-text.ts';
import type { Transcript } from '../../../src/domain/transcript.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const LOOK: SubtitleLook = { language: 'en', placement: 'bottom' };

const cue = (lines: string[], speaker: string | null = null, start = 1, end = 2.5): SubtitleCue => ({
  ...{ start, end, lines, speaker, speakerPrefix: null },
});

const dialoguesOf = (ass: string): string[] =>
  ass.split('\n').filter((line) => line.startsWith('Dialogue: '));
const stylesOf = (ass: string): string[][] =>
  [...ass.matchAll(/^Style: (.*)$/gm)].map(([, fields]) => (fields ?? '').split(','));

describe('toAss', () => {
  it('gives every speaker a style of their own, and lines without one the default', () => {
    const ass = toAss([cue(['One.'], 'Ann'), cue(['Two.', 'Lines.'], 'Bob'), cue(['Three.'])], LOOK);
    expect(stylesOf(ass).map(([name]) => name)).toEqual(['Default', 'Ann', 'Bob']);
    expect(
      new Set(
        stylesOf(ass)
          .slice(1)
          .map((fields) => fields[3]),
      ).size,
    ).toBe(2);
    expect(dialoguesOf(ass)).toEqual([
      'Dialogue: 0,0:00:01.00,0:00:02.50,Ann,Ann,0,0,0,,One.',
      'Dialogue: 0,0:00:01.00,0:00:02.50,Bob,Bob,0,0,0,,Two.\\NLines.',
      'Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,Three.',
    ]);
  });

  it('has 23 fields per style and refers only to styles that are there, whatever speakers are called', () => {
    const name = fc.oneof(
      fc.constantFrom('Default', 'Ann, Bob', 'Ann Bob', '*x', '{\\i1}', 'a\nDialogue: 0', '\u202e', '', ','),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const ass = toAss(
          names.map((speaker) => cue(['x'], speaker)),
          LOOK,
        );
        const styles = stylesOf(ass);
        for (const fields of styles) expect(fields).toHaveLength(23);
        const known = styles.map(([style]) => style);
        expect(new Set(known).size).toBe(known.length);
        expect(dialoguesOf(ass)).toHaveLength(names.length);
        for (const line of dialoguesOf(ass)) expect(known).toContain(line.split(',')[3]);
      }),
    );
  });

  it('escapes what would be an override or a line break', () => {
    const [line] = dialoguesOf(toAss([cue(['{\\an8}big\\N', 'a, b'])], LOOK));
    expect(line?.split(',,').at(-1)).toBe('(/an8)big/N\\Na, b');
  });

  it('marks every line of a language from right to left, and sets clips upright', () => {
    const [line] = dialoguesOf(toAss([cue(['NASA وصلت.', 'نعم.'])], { ...LOOK, language: 'ar' }));
    expect(line?.split(',,').at(-1)).toBe('\u202bNASA وصلت.\u202c\\N\u202bنعم.\u202c');
    expect(toAss([], { ...LOOK, placement: 'lowerThird' })).toContain('PlayResX: 1080\nPlayResY: 1920\n');
  });
});

describe('toLrc', () => {
  it('writes minutes beyond an hour, empty lines at pauses, and names', () => {
    const cues = [
      { ...cue(['One line', 'and another.'], 'Ann', 1, 2), speakerPrefix: 'Ann: ' },
      cue(['Next.'], 'Ann', 2.08, 3),
      cue(['[00:00.00] tag {x} <00:01.00> a'], null, 7265.5, 7267),
    ];
    expect(toLrc(cues, LOOK, 7300)).toBe(
      '[length:121:40.00]\n[re:ClipScribe]\n[00:01.00]Ann: One line and another.\n[00:02.08]Next.\n[00:03.00]\n' +
        '[121:05.50](00:00.00) tag (x) ‹00:01.00> a\n[121:07.00]\n',
    );
  });
});

describe('onOneLine', () => {
  it('puts a space where a line was broken, but not in scripts without spaces', () => {
    expect(onOneLine(cue(['One', 'two']))).toBe('One two');
    expect(onOneLine(cue(['委员会在', '春天开会，', '但是']))).toBe('委员会在春天开会，但是');
  });
});

const parsed = <Document>(text: string | undefined): Document => JSON.parse(text ?? '') as Document;

describe('subtitleFiles', () => {
  it('writes every format, each of a known media type', () => {
    const files = subtitleFiles({ language: 'en', durationSeconds: 3, segments: [] }, {});
    expect(Object.keys(files)).toEqual(['srt', 'vtt', 'ttml', 'ass', 'lrc', 'podcast.json', 'whisperx.json']);
    for (const ending of Object.keys(files)) {
      expect(mediaTypeOf(`transcript.${ending}`)).not.toBe('application/octet-stream');
    }
  });

  it('writes Podcasting 2.0 JSON of the cues', () => {
    fc.assert(
      fc.property(transcriptArbitrary, (transcript) => {
        const cues = subtitleCues(transcript);
        const { version, segments } = parsed<{ version: string; segments: Record<string, unknown>[] }>(
          subtitleFiles(transcript, {})['podcast.json'],
        );
        expect(version).toBe('1.0.0');
        expect(
          segments.map(({ speaker, startTime, endTime }) => [speaker ?? null, startTime, endTime]),
        ).toEqual(cues.map(({ speaker, start, end }) => [speaker, start, end]));
      }),
    );
  });

  it('writes WhisperX JSON with every word twice: in its segment and in word_segments', () => {
    const word = { start: 1, end: 1.4, text: 'Hello.', confidence: 0.9 };
    const segment = { id: 's000001', start: 1, end: 1.4, text: 'Hello.', speaker: 'Ann', words: [word] };
    const transcript: Transcript = { language: 'en', durationSeconds: 2, segments: [segment] };
    const spoken = { word: 'Hello.', start: 1, end: 1.4, score: 0.9, speaker: 'Ann' };
    expect(parsed(subtitleFiles(transcript, {})['whisperx.json'])).toEqual({
      segments: [{ start: 1, end: 1.4, text: 'Hello.', speaker: 'Ann', words: [spoken] }],
      word_segments: [spoken],
      language: 'en',
    });
  });
});
