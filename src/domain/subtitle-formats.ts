import type { SubtitleCue } from './subtitle-cue.ts';
import type { SubtitleRules } from './subtitle-rules.ts';
import { clockOf, namedLines, rightToLeftLine, withoutMarkup } from './subtitle-text.ts';
import { isRightToLeft } from './text-direction.ts';
import { visibleName } from './visible-text.ts';

/** What a format needs to know besides the cues. */
export interface SubtitleLook {
  /** BCP 47. */
  language: string;
  placement: SubtitleRules['placement'];
}

/**
 * SubRip (.srt). The format has no escapes and no voices: names stand before the text where the speaker changes,
 * what players would take for markup is replaced, and lines from right to left are marked as such.
 */
export function toSubRip(cues: readonly SubtitleCue[], { language }: SubtitleLook): string {
  const direct = isRightToLeft(language) ? rightToLeftLine : (line: string): string => line;
  return cues
    .map((cue, index) => {
      const text = namedLines(cue).map((line) => direct(withoutMarkup(line)));
      return `${index + 1}\n${timeLine(cue, ',')}\n${text.join('\n')}\n`;
    })
    .join('\n');
}

/**
 * WebVTT (.vtt, W3C), speakers as voices, text escaped. Cues that must keep clear of the foot of the picture say
 * where they stand; the others leave it to the player. A player finds a line's direction from its first letter, so
 * lines from right to left begin with a mark.
 */
export function toWebVtt(cues: readonly SubtitleCue[], { language, placement }: SubtitleLook): string {
  const settings = placement === 'lowerThird' ? ' line:70%' : '';
  const direction = isRightToLeft(language) ? '&rlm;' : '';
  const body = cues.map((cue) => {
    const text = cue.lines.map((line) => direction + escapeWebVtt(line)).join('\n');
    return `${timeLine(cue, '.')}${settings}\n${voice(cue)}${text}\n`;
  });
  return ['WEBVTT\n', ...body].join('\n');
}

const voice = ({ speaker }: SubtitleCue): string => {
  const name = visibleName(speaker);
  return name === null ? '' : `<v ${escapeWebVtt(name)}>`;
};

const escapeWebVtt = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const timeLine = ({ start, end }: SubtitleCue, mark: string): string =>
  [start, end].map((time) => clockOf(time, { hourDigits: 2, fractionDigits: 3, mark })).join(' --> ');
