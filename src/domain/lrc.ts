import type { SubtitleCue } from './subtitle-cue.ts';
import type { SubtitleLook } from './subtitle-formats.ts';
import { onOneLine, rightToLeftLine, withoutMarkup } from './subtitle-text.ts';
import { isRightToLeft } from './text-direction.ts';

/** A shorter pause than this needs no empty line: the text may stay. */
const PAUSE_SECONDS = 1;

/**
 * LRC, as music and podcast players show it: one line per cue under the time when it begins, an empty one where a
 * pause begins. Square brackets of the text become round, since only tags may have them.
 */
export function toLrc(
  cues: readonly SubtitleCue[],
  { language }: SubtitleLook,
  durationSeconds: number,
): string {
  const direct = isRightToLeft(language) ? rightToLeftLine : (line: string): string => line;
  const lines = cues.flatMap((cue, index) => {
    const text = withoutMarkup((cue.speakerPrefix ?? '') + onOneLine(cue));
    const pause = (cues[index + 1]?.start ?? Infinity) - cue.end;
    return [
      `${tag(cue.start)}${direct(text.replaceAll('[', '(').replaceAll(']', ')'))}`,
      ...(pause >= PAUSE_SECONDS ? [tag(cue.end)] : []),
    ];
  });
  return `${[`[length:${minutes(durationSeconds)}]`, '[re:ClipScribe]', ...lines].join('\n')}\n`;
}

const tag = (seconds: number): string => `[${minutes(seconds)}]`;

/** Minutes, seconds and hundredths; the format has no hours. */
function minutes(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  const digits = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${digits(hundredths / 6000)}:${digits((hundredths / 100) % 60)}.${digits(hundredths % 100)}`;
}
