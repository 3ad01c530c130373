import type { SubtitleCue } from './subtitle-cue.ts';
import type { SubtitleLook } from './subtitle-formats.ts';
import { clockOf, namedLines, rightToLeftLine, withoutMarkup } from './subtitle-text.ts';
import { isRightToLeft } from './text-direction.ts';
import { visibleName } from './visible-text.ts';

/** Light on a dark outline, far apart for most eyes; the first four are those of teletext (EBU, BBC). RGB. */
const COLOURS = ['ffffff', 'ffff00', '00ffff', '00ff00', 'ffb347', 'ff9ec7', 'b8b8ff', 'd0ff9e'] as const;

/** The picture that sizes refer to: it is scaled to the video. Upright for clips. */
const LAYOUTS = {
  bottom: { width: 1920, height: 1080, fontSize: 60, bold: 0, outline: 3, side: 96, marginBottom: 54 },
  lowerThird: { width: 1080, height: 1920, fontSize: 96, bold: -1, outline: 6, side: 60, marginBottom: 576 },
} as const;

const STYLE_FIELDS =
  'Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, ' +
  'StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, ' +
  'Encoding';
const EVENT_FIELDS = 'Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text';
const DEFAULT_STYLE = 'Default';

/**
 * Advanced SubStation Alpha (.ass, v4.00+): one style, with a colour, per speaker, so that a user can change how
 * each one looks; speakers are named in the text where they change. For players and for burning in with ffmpeg.
 */
export function toAss(cues: readonly SubtitleCue[], look: SubtitleLook): string {
  const { width, height } = LAYOUTS[look.placement];
  const styles = stylesOf(cues);
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    'WrapStyle: 0',
    'ScaledBorderAndShadow: yes',
    'YCbCr Matrix: None',
    '',
    '[V4+ Styles]',
    `Format: ${STYLE_FIELDS}`,
    ...[DEFAULT_STYLE, ...styles.values()].map((name, index) => styleLine(name, index, look)),
    '',
    '[Events]',
    `Format: ${EVENT_FIELDS}`,
    ...cues.map((cue) => dialogue(cue, styles, look)),
    '',
  ].join('\n');
}

/** Style names by speaker, each once: commas divide fields, and a leading asterisk has a meaning. */
function stylesOf(cues: readonly SubtitleCue[]): Map<string, string> {
  const styles = new Map<string, string>();
  const taken = new Set([DEFAULT_STYLE]);
  for (const { speaker } of cues) {
    if (speaker === null || styles.has(speaker)) continue;
    const base = fieldOf(speaker) || 'Speaker';
    let name = base;
    for (let number = 2; taken.has(name); number += 1) name = `${base} ${number}`;
    taken.add(name);
    styles.set(speaker, name);
  }
  return styles;
}

const fieldOf = (name: string): string =>
  (visibleName(name) ?? '')
    .replace(/[,;*{}\\]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();

function styleLine(name: string, index: number, { placement }: SubtitleLook): string {
  const { fontSize, bold, outline, side, marginBottom } = LAYOUTS[placement];
  // Speakers begin with white, as the default does.
  const colour = assColour(COLOURS[Math.max(0, index - 1) % COLOURS.length] ?? 'ffffff');
  const flags = `${bold},0,0,0,100,100,0,0,1,${outline},1,2,${side},${side},${marginBottom}`;
  const colours = `${colour},${colour},&H00000000,&H80000000`;
  return `Style: ${name},Arial,${fontSize},${colours},${flags},1`;
}

/** ASS writes alpha, blue, green, red. */
const assColour = (rgb: string): string =>
  `&H00${rgb.slice(4, 6)}${rgb.slice(2, 4)}${rgb.slice(0, 2)}`.toUpperCase();

function dialogue(cue: SubtitleCue, styles: ReadonlyMap<string, string>, { language }: SubtitleLook): string {
  const direct = isRightToLeft(language) ? rightToLeftLine : (line: string): string => line;
  const time = (seconds: number): string => clockOf(seconds, { hourDigits: 1, fractionDigits: 2, mark: '.' });
  const style = (cue.speaker === null ? undefined : styles.get(cue.speaker)) ?? DEFAULT_STYLE;
  const name = cue.speaker === null ? '' : fieldOf(cue.speaker);
  const text = namedLines(cue)
    .map((line) => direct(withoutMarkup(line)))
    .join('\\N');
  return `Dialogue: 0,${time(cue.start)},${time(cue.end)},${style},${name},0,0,0,,${text}`;
}
