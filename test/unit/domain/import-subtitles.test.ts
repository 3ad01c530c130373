import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImportError } from '../../../src/domain/import-error.ts';
import { parseSubtitles, type SubtitleImportFormat } from '../../../src/domain/import-subtitles.ts';
import { toTranscript } from '../../../src/domain/import-transcript.ts';
import { subtitleCues } from '../../../src/domain/subtitle-cues.ts';
import { subtitleFiles } from '../../../src/domain/subtitle-files.ts';
import { onOneLine, withoutMarkup } from '../../../src/domain/subtitle-text.ts';
import { transcriptSchema } from '../../../src/domain/transcript.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const SRT = `\ufeff1\r
00:00:01,000 --> 00:00:02,500 X1:40 X2:600\r
<i>Fish</i> & chips\r
{\\an8}for two, 3 < 4\r
\r
2\r
00:00:03,000 --> 00:00:04,000\r
\r
3\r
01:00:05,250 --> 01:00:06,000\r
Done.\r
`;

const VTT = `WEBVTT - a title

STYLE
::cue { color: red }

NOTE not to be shown

first
00:01.000 --> 00:02.500 line:70% nonsense:1
<v.loud Ann &amp; Bob>Fish <b>&amp;</b> <00:01.500>chips</v>

00:03.000 --> 00:05.000
<v Ann>Who?
<v Bob>Me, I think.
`;

const problem = async (text: string, format: SubtitleImportFormat): Promise<ImportError> => {
  const error: unknown = await parseSubtitles(text, format).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ImportError);
  expect(error).toMatchObject({ code: 'InvalidImport' });
  return error as ImportError;
};

describe('parseSubtitles', () => {
  it('reads SubRip with a byte order mark, positions and markup, and leaves out cues without text', async () => {
    expect(await parseSubtitles(SRT, 'srt')).toEqual([
      { start: 1, end: 2.5, text: 'Fish & chips for two, 3 < 4', speaker: null },
      { start: 3605.25, end: 3606, text: 'Done.', speaker: null },
    ]);
  });

  it('reads WebVTT with styles, notes, positions and voices; two voices share a cue', async () => {
    expect(await parseSubtitles(VTT, 'vtt')).toEqual([
      { start: 1, end: 2.5, text: 'Fish & chips', speaker: 'Ann & Bob' },
      { start: 3, end: 3.5, text: 'Who?', speaker: 'Ann' },
      { start: 3.5, end: 5, text: 'Me, I think.', speaker: 'Bob' },
    ]);
  });

  it('takes names before colons as speakers only where several are there', async () => {
    const cue = (second: number, text: string): string =>
      `${second}\n00:00:0${second},000 --> 00:00:0${second},900\n${text}\n\n`;
    const dialogue = cue(1, 'Ann Lee: Yes.') + cue(2, 'And more.') + cue(3, '- Bob: No: never.');
    expect((await parseSubtitles(dialogue, 'srt')).map(({ speaker, text }) => [speaker, text])).toEqual([
      ['Ann Lee', 'Yes.'],
      ['Ann Lee', 'And more.'],
      ['Bob', 'No: never.'],
    ]);
    const talk = cue(1, 'Remember: it rains.') + cue(2, 'It does.');
    expect((await parseSubtitles(talk, 'srt')).map(({ speaker }) => speaker)).toEqual([null, null]);
  });

  it.each<[string, SubtitleImportFormat, string, number | null, RegExp]>([
    ['a time that is none', 'srt', '1\n00:00:0x,000 --> 00:00:02,000\na', 2, /times cannot be read/],
    ['minutes beyond 59', 'vtt', 'WEBVTT\n\n00:61:00.000 --> 00:62:00.000\na', 3, /times cannot be read/],
    ['an end before its start', 'srt', '1\n00:00:05,000 --> 00:00:04,000\na', 2, /does not end after/],
    ['no time at the end', 'vtt', 'WEBVTT\n\n00:05.000 -->\na', 3, /times cannot be read/],
    [
      'cues that run together',
      'srt',
      '1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb',
      5,
      /empty line/,
    ],
    ['no header', 'vtt', '00:01.000 --> 00:02.000\na', 1, /begins with WEBVTT/],
    ['an empty file', 'srt', '', null, /no subtitle/],
    ['another kind of text', 'srt', '{"segments": []}', null, /no subtitle/],
    ['bytes', 'srt', 'ID3\u0000\u0000', null, /not text/],
    [
      'only invisible text',
      'vtt',
      'WEBVTT\n\n00:01.000 --> 00:02.000\n\u200b<v Ann>\u202e',
      null,
      /no subtitle/,
    ],
  ])('refuses %s', async (_, format, text, line, message) => {
    const error = await problem(text, format);
    expect(error.line).toBe(line);
    expect(error.message).toMatch(message);
  });

  it('refuses a cue of tags without end', async () => {
    const cue = `WEBVTT\n\n00:01.000 --> 00:02.000\n${'<v a>'.repeat(100_000)}x`;
    expect((await problem(cue, 'vtt')).message).toMatch(/cue at 0:01 has more text/);
  });

  it('refuses what is too large before it reads it', async () => {
    expect((await problem('1\n'.repeat(9 * 1024 * 1024), 'srt')).message).toMatch(/16 MiB/);
  });

  it('either reads or refuses any text, and never shows control characters', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'WEBVTT',
        '00:01.000 --> 00:02.000',
        '00:00:03,000 --> 00:00:04,500',
        '',
        '<v A',
        '&#0;',
        '{\\',
        '\u202e',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece),
        fc.constantFrom('srt' as const, 'vtt' as const),
        async (lines, format) => {
          const read = await parseSubtitles(lines.join('\n'), format).catch((error: unknown) => {
            expect(error).toBeInstanceOf(ImportError);
            return [];
          });
          for (const { text, start, end } of read) {
            expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
            expect(end).toBeGreaterThan(start);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads back what we write: times, text and speakers', async () => {
    await fc.assert(
      fc.asyncProperty(transcriptArbitrary, async (transcript) => {
        const cues = subtitleCues(transcript);
        if (cues.length === 0) return;
        const files = subtitleFiles(transcript, {});
        const squeezed = (text: string): string => text.replace(/\s/gu, '');
        const vtt = await parseSubtitles(files['vtt'] ?? '', 'vtt');
        expect(vtt.map(({ start, end, text, speaker }) => [start, end, squeezed(text), speaker])).toEqual(
          cues.map((cue) => [cue.start, cue.end, squeezed(onOneLine(cue)), cue.speaker]),
        );
        const srt = await parseSubtitles(files['srt'] ?? '', 'srt');
        expect(srt.map(({ start }) => start)).toEqual(cues.map(({ start }) => start));
        // What stands before a colon may have been taken for a name; nothing else is lost.
        srt.forEach(({ text }, index) => {
          const cue = cues[index];
          const written = cue === undefined ? '' : (cue.speakerPrefix ?? '') + onOneLine(cue);
          expect(squeezed(withoutMarkup(written)).endsWith(squeezed(text))).toBe(true);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('toTranscript', () => {
  const context = { language: 'en', durationSeconds: 60 };
  const cue = (start: number, end: number, text: string, speaker: string | null = null) => ({
    start,
    end,
    text,
    speaker,
  });

  it('joins the cues of one sentence and speaker, and gives words their share of the time', () => {
    const { segments } = toTranscript(
      [cue(1, 2, 'When it rains,', 'Ann'), cue(2.1, 3, 'we wait.', 'Ann'), cue(3, 4, 'Who waits?', 'Bob')],
      context,
    );
    expect(segments.map(({ id, start, end, text, speaker }) => [id, start, end, text, speaker])).toEqual([
      ['s000001', 1, 3, 'When it rains, we wait.', 'Ann'],
      ['s000002', 3, 4, 'Who waits?', 'Bob'],
    ]);
    expect(segments[0]?.words.map(({ text, start }) => [text, start])).toEqual([
      ['When', 1],
      ['it', 1.333],
      ['rains,', 1.5],
      ['we', 2.1],
      ['wait.', 2.357],
    ]);
  });

  it('keeps pauses, long sentences and the end of the media as borders', () => {
    const cues = [
      cue(0, 20, 'one'),
      cue(20, 29, 'two'),
      cue(29, 35, 'three'),
      cue(40, 41, 'four'),
      cue(59, 70, 'five'),
      cue(61, 62, 'six'),
    ];
    const { segments } = toTranscript(cues, context);
    expect(segments.map(({ text, end }) => [text, end])).toEqual([
      ['one two', 29],
      ['three', 35],
      ['four', 41],
      ['five', 60],
    ]);
  });

  it('makes a valid transcript in order of any cues', () => {
    const time = fc.integer({ min: 0, max: 70_000 }).map((milliseconds) => milliseconds / 1000);
    const any = fc.record({
      start: time,
      end: time,
      text: fc.constantFrom('One.', 'two', '三。', 'four five'),
      speaker: fc.constantFrom('A', null),
    });
    fc.assert(
      fc.property(fc.array(any), (cues) => {
        const valid = cues.filter(({ start, end }) => end > start);
        const { segments } = transcriptSchema.parse(toTranscript(valid, context));
        const spans = segments.flatMap(({ start, end, words }) => [{ start, end }, ...words].slice(1));
        spans.forEach((span, index) => {
          expect(span.end).toBeGreaterThanOrEqual(span.start);
          expect(span.end).toBeLessThanOrEqual(60);
          expect(span.start).toBeGreaterThanOrEqual((spans[index - 1]?.end ?? 0) - 1e-9);
        });
      }),
    );
  });
});
