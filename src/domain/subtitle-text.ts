import { isSpaceless } from './subtitle-tokens.ts';
import type { SubtitleCue } from './subtitle-cue.ts';

/** The lines of a cue, the name before the first one where it is to be shown. */
export const namedLines = ({ lines, speakerPrefix }: SubtitleCue): string[] =>
  lines.map((line, index) => (index === 0 ? (speakerPrefix ?? '') + line : line));

/** A cue on one line. Scripts without spaces get none where the line was broken. */
export const onOneLine = ({ lines }: SubtitleCue): string =>
  lines.reduce((text, line) =>
    isSpaceless(text.slice(-2)) && isSpaceless(line.slice(0, 2)) ? text + line : `${text} ${line}`,
  );

/**
 * For formats that know no direction: a line from right to left, whatever letter it begins with. An embedding
 * (UAX #9), because many players take the direction of a subtitle to be from left to right, and then set its full
 * stop on the wrong side.
 */
export const rightToLeftLine = (line: string): string => `\u202b${line}\u202c`;

/**
 * For formats without escapes that all players know (SubRip, LRC, ASS): `<b>`, `{\an8}`, `\N` and `-->` are taken
 * for markup, so the marks that would begin it are replaced by others that look alike.
 */
export const withoutMarkup = (text: string): string =>
  text
    .replaceAll('-->', '→')
    .replace(/<(?=[\p{L}\p{N}/!?])/gu, '‹')
    .replaceAll('{', '(')
    .replaceAll('}', ')')
    .replaceAll('\\', '/');

/** `h:mm:ss` and a fraction of so many digits, the parts padded to the given lengths. */
export function clockOf(seconds: number, { hourDigits, fractionDigits, mark }: ClockFormat): string {
  const unit = 10 ** fractionDigits;
  const units = Math.round(seconds * unit);
  const part = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  const clock = [
    part(units / (3600 * unit), hourDigits),
    part((units / (60 * unit)) % 60, 2),
    part((units / unit) % 60, 2),
  ];
  return `${clock.join(':')}${mark}${part(units % unit, fractionDigits)}`;
}

interface ClockFormat {
  hourDigits: number;
  fractionDigits: number;
  mark: string;
}
