import { describe, expect, it } from 'vitest';
import { cueViolations } from '../../../bench/evaluation/cue-rules.ts';
import { subtitleRules } from '../../../src/domain/subtitle-rules.ts';

type Cue = [start: number, end: number, text: string];

const clock = (seconds: number, separator: string): string =>
  `00:00:${seconds.toFixed(3).padStart(6, '0').replace('.', separator)}`;

const srt = (cues: Cue[]): string =>
  cues
    .map(
      ([start, end, text], index) => `${index + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${text}\n`,
    )
    .join('\n');

const vtt = (cues: Cue[]): string =>
  `WEBVTT\n\n${cues.map(([start, end, text]) => `${clock(start, '.')} --> ${clock(end, '.')}\n${text}\n`).join('\n')}`;

const ttml = (cues: Cue[]): string =>
  `<tt xmlns="http://www.w3.org/ns/ttml"><body><div>${cues
    .map(
      ([start, end, text]) =>
        `<p begin="${clock(start, '.')}" end="${clock(end, '.')}"><span>${text.replaceAll('\n', '<br/>')}</span></p>`,
    )
    .join('')}</div></body></tt>`;

const ass = (cues: Cue[]): string =>
  `[Events]\n${cues
    .map(
      ([start, end, text]) =>
        `Dialogue: 0,0${clock(start, '.').slice(2, -1)},0${clock(end, '.').slice(2, -1)},Default,,0,0,0,,${text.replaceAll('\n', '\\N')}`,
    )
    .join('\n')}\n`;

const WRITERS = { srt, vtt, ttml, ass };
const limits = { rules: subtitleRules({}, 'en'), durationSeconds: 60 };

const broken = (cues: Cue[]): string[][] =>
  Object.entries(WRITERS).map(([ending, write]) => cueViolations(ending, write(cues), limits));

/** Every format says the same of the same cues. */
const expectEach = (cues: Cue[], expected: string[]): void => {
  for (const [index, ending] of Object.keys(WRITERS).entries())
    expect(broken(cues)[index]).toEqual(expected.map((what) => `${ending} ${what}`));
};

describe('cueViolations', () => {
  it('finds nothing wrong with good cues', () => {
    expectEach(
      [
        [1, 4, 'When the committee met in the spring,\nnobody knew that the water would rise.'],
        [4, 11, 'Yes.'],
      ],
      [],
    );
  });

  it('finds cues that overlap or stay too long', () => {
    expectEach(
      [
        [1, 4.1, 'one two three'],
        [4, 12, 'four five six'],
      ],
      ['cue 1: overlaps the next', 'cue 2: stays 8.0 s'],
    );
  });

  it('finds too many lines and lines that are too wide, East Asian characters counted twice', () => {
    expectEach(
      [
        [1, 4, 'one\ntwo\nthree'],
        [5, 11, 'x'.repeat(43)],
        [12, 18, '客'.repeat(22)],
      ],
      ['cue 1: has 3 lines', 'cue 2: has a line that is too wide', 'cue 3: has a line that is too wide'],
    );
  });

  it('finds text that goes too fast where it could have stayed longer', () => {
    const text = 'x'.repeat(42);
    expectEach(
      [
        [1, 2, text],
        [2, 3, text],
        [5, 8, 'slow'],
      ],
      ['cue 2: is too fast, and there was time'],
    );
  });

  it('takes the limits of the language', () => {
    const text = srt([[1, 7, '客'.repeat(17)]]);
    const rules = subtitleRules({}, 'zh');
    expect(cueViolations('srt', text, { rules, durationSeconds: 60 })).toEqual([
      'srt cue 1: has a line that is too wide',
    ]);
  });

  it('leaves the voice of a WebVTT cue out of its text', () => {
    const text = `WEBVTT\n\n00:01.000 --> 00:05.000\n<v A rather long name of a speaker>${'x'.repeat(40)}</v>\n`;
    expect(cueViolations('vtt', text, limits)).toEqual([]);
  });
});
