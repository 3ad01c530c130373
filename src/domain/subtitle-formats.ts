import type { SubtitleCue } from './subtitle-cue.ts';

/**
 * transcript.srt (SubRip). The format has no escapes and no voices: names stand before the text where the
 * speaker changes, and an arrow in the text that a parser could take for a time line is replaced.
 */
export const toSubRip = (cues: readonly SubtitleCue[]): string =>
  cues
    .map((cue, index) => {
      const text = (cue.speakerPrefix ?? '') + cue.lines.join('\n');
      return `${index + 1}\n${timeLine(cue, ',')}\n${text.replaceAll('-->', '→')}\n`;
    })
    .join('\n');

/** transcript.vtt (W3C WebVTT), speakers as voices, text escaped. */
export const toWebVtt = (cues: readonly SubtitleCue[]): string =>
  [
    'WEBVTT\n',
    ...cues.map((cue) => `${timeLine(cue, '.')}\n${voice(cue)}${escapeWebVtt(cue.lines.join('\n'))}\n`),
  ].join('\n');

const voice = ({ speaker }: SubtitleCue): string => {
  const name = speaker?.replace(/[\s\p{Cc}]+/gu, ' ').trim() ?? '';
  return name === '' ? '' : `<v ${escapeWebVtt(name)}>`;
};

const escapeWebVtt = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const timeLine = ({ start, end }: SubtitleCue, decimalMark: string): string =>
  `${timestamp(start, decimalMark)} --> ${timestamp(end, decimalMark)}`;

function timestamp(seconds: number, decimalMark: string): string {
  const milliseconds = Math.round(seconds * 1000);
  const digits = (value: number, count: number): string => String(Math.floor(value)).padStart(count, '0');
  const clock = [milliseconds / 3_600_000, (milliseconds / 60_000) % 60, (milliseconds / 1000) % 60];
  return `${clock.map((part) => digits(part, 2)).join(':')}${decimalMark}${digits(milliseconds % 1000, 3)}`;
}
