import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SubtitleCue } from '../../../src/domain/subtitle-cue.ts';
import { subtitleCues } from '../../../src/domain/subtitle-cues.ts';
import { subtitleRules, type SubtitleRules } from '../../../src/domain/subtitle-rules.ts';
import { textWidth } from '../../../src/domain/text-width.ts';
import type { Segment, Transcript } from '../../../src/domain/transcript.ts';
import { visiblePieces } from '../../../src/domain/visible-text.ts';
import { subtitleLanguageArbitrary, subtitleSettingsArbitrary } from '../../support/subtitle-arbitraries.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const TOLERANCE = 0.0015;

interface Made {
  cues: SubtitleCue[];
  rules: SubtitleRules;
  transcript: Transcript;
}

/** Holds for every transcript, in every language, under all settings. */
const holdsFor = (check: (made: Made) => void): void =>
  fc.assert(
    fc.property(
      transcriptArbitrary,
      subtitleLanguageArbitrary,
      subtitleSettingsArbitrary,
      (made, language, settings) => {
        const transcript = { ...made, language };
        check({
          cues: subtitleCues(transcript, settings),
          rules: subtitleRules(settings, language),
          transcript,
        });
      },
    ),
    { numRuns: 200 },
  );

const speedOf = ({ speakerPrefix, lines, start, end }: SubtitleCue): number =>
  textWidth((speakerPrefix ?? '') + lines.join(' ')) / (end - start + TOLERANCE);

const visible = (texts: string[]): string =>
  texts.flatMap((text) => visiblePieces(text).map((piece) => piece.text)).join('');

describe('under all settings and in every language', () => {
  it('lines are no wider and no more than set, and none is empty', () => {
    holdsFor(({ cues, rules }) => {
      for (const { lines, speakerPrefix } of cues) {
        expect(lines.length).toBeGreaterThanOrEqual(1);
        expect(lines.length).toBeLessThanOrEqual(rules.maximumLines);
        lines.forEach((line, index) => {
          expect(visible([line])).not.toBe('');
          expect(textWidth(index === 0 ? (speakerPrefix ?? '') + line : line)).toBeLessThanOrEqual(
            rules.maximumLineWidth,
          );
        });
      }
    });
  });

  it('cues do not overlap, last no longer than set, and keep the gap or stay until the next', () => {
    holdsFor(({ cues, rules }) => {
      cues.forEach((cue, index) => {
        expect(cue.end).toBeGreaterThan(cue.start);
        expect(cue.end - cue.start).toBeLessThanOrEqual(rules.maximumSeconds + TOLERANCE);
        const next = cues[index + 1];
        if (next === undefined) return;
        const gap = Math.round((next.start - cue.end) * 1000) / 1000;
        expect(gap).toBeGreaterThanOrEqual(0);
        expect(gap === 0 || gap >= rules.gapSeconds - TOLERANCE).toBe(true);
      });
    });
  });

  it('the reading speed that is set is exceeded only where the cue stays until the next begins', () => {
    holdsFor(({ cues, rules, transcript: { durationSeconds } }) => {
      cues.forEach((cue, index) => {
        const limit = cues[index + 1]?.start ?? durationSeconds;
        const cannotStay =
          limit - cue.end <= TOLERANCE ||
          cue.end - cue.start >= rules.maximumSeconds - rules.gapSeconds - TOLERANCE;
        if (!cannotStay) expect(speedOf(cue)).toBeLessThanOrEqual(rules.tolerable.widthPerSecond);
      });
    });
  });

  it('no visible character is lost or repeated', () => {
    holdsFor(({ cues, transcript }) => {
      expect(visible(cues.flatMap((cue) => cue.lines))).toBe(
        visible(transcript.segments.map((each) => each.text)),
      );
    });
  });

  it('shorts show one to five words on one line, without names', () => {
    fc.assert(
      fc.property(transcriptArbitrary, (transcript) => {
        for (const { lines, speakerPrefix } of subtitleCues(transcript, { preset: 'shorts' })) {
          expect(lines).toHaveLength(1);
          expect(lines[0]?.split(' ').length).toBeLessThanOrEqual(5);
          expect(speakerPrefix).toBeNull();
        }
      }),
    );
  });
});

const spoken = (text: string, start: number, seconds: number): Segment => ({
  id: 's000001',
  start,
  end: start + seconds,
  text,
  speaker: null,
  words: [],
});

const linesOf = (language: string, ...segments: Segment[]): string[] =>
  subtitleCues({ language, durationSeconds: 60, segments }).flatMap((cue) => cue.lines);

describe('line rules of languages', () => {
  it('Chinese and Japanese lines have 16 full-width characters at most and no spaces between sentences', () => {
    const lines = linesOf(
      'zh',
      spoken('委员会在春天开会，但没有人知道水会在年底之前上涨。', 0, 4),
      spoken('他们等待着。', 4, 1),
    );
    expect(lines.join('')).toBe('委员会在春天开会，但没有人知道水会在年底之前上涨。他们等待着。');
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(16);
  });

  it('Korean keeps its spaces, at 16 characters a line', () => {
    const lines = linesOf(
      'ko',
      spoken('위원회는 봄에 열렸지만 물이 연말 이전에 오를 것이라고는 아무도 몰랐습니다.', 0, 6),
    );
    expect(lines.join(' ')).toContain('위원회는 봄에');
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(32);
  });

  it('Thai vowel signs take no room, and words are not cut', () => {
    const text = 'คณะกรรมการประชุมกันในฤดูใบไม้ผลิและไม่มีใครรู้ว่าน้ำจะขึ้นก่อนสิ้นปี';
    const lines = linesOf('th', spoken(text, 0, 7));
    expect(lines.join('')).toBe(text);
    expect(textWidth('น้ำ')).toBe(2);
    for (const line of lines) expect(line).not.toMatch(/^\p{Mn}/u);
  });

  it('a family of joined emoji and letters with marks are not taken apart', () => {
    const settings = { maxCharactersPerLine: 12 };
    const text = '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧é̂é̂é̂é̂é̂é̂é̂';
    const cues = subtitleCues(
      { language: 'en', durationSeconds: 9, segments: [spoken(text, 0, 5)] },
      settings,
    );
    const whole = [...new Intl.Segmenter('und').segment(text)].map(({ segment }) => segment);
    const shown = cues
      .flatMap((cue) => cue.lines)
      .flatMap((line) => [...new Intl.Segmenter('und').segment(line)]);
    expect(shown.map(({ segment }) => segment)).toEqual(whole);
  });

  it('bidi overrides and control characters of the video do not reach a cue', () => {
    const [line] = linesOf('en', spoken('safe \u202egnp.exe\u2066 \u0007text\u200f', 0, 3));
    expect(line).toBe('safe gnp.exe text\u200f');
  });

  it('a user’s number of characters counts full-width ones where the language is written so', () => {
    expect(subtitleRules({ maxCharactersPerLine: 10 }, 'ja').maximumLineWidth).toBe(20);
    expect(subtitleRules({ maxCharactersPerLine: 10 }, 'en').maximumLineWidth).toBe(10);
    expect(subtitleRules({}, 'zh-Hant').maximumLineWidth).toBe(32);
    expect(subtitleRules({}, 'en')).toMatchObject({
      maximumLineWidth: 42,
      comfortable: { widthPerSecond: 17 },
    });
  });
});
