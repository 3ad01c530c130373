import type { ReelFormat } from './reel-part.ts';

/** A fifteenth of the shorter side: a title of some words fits, and is read on a phone. */
const FONT_PART = 15;

/**
 * Advanced SubStation Alpha (v4.00+) with one title in the middle of the picture, broken into lines by the renderer.
 * What would be a command of the format is text.
 */
export function titleCard(title: string, { width, height }: Pick<ReelFormat, 'width' | 'height'>): string {
  const fontSize = Math.round(Math.min(width, height) / FONT_PART);
  const margin = Math.round(width / 10);
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    'WrapStyle: 0',
    '',
    '[V4+ Styles]',
    'Format: Name, Fontname, Fontsize, PrimaryColour, Bold, Alignment, MarginL, MarginR, MarginV',
    `Style: Title,DejaVu Sans,${fontSize},&H00FFFFFF,-1,5,${margin},${margin},0`,
    '',
    '[Events]',
    'Format: Layer, Start, End, Style, Text',
    `Dialogue: 0,0:00:00.00,9:59:59.99,Title,${textOf(title)}`,
    '',
  ].join('\n');
}

/** Braces and backslashes are commands; the look-alikes are not. */
const textOf = (title: string): string =>
  title
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('\\', '⧵')
    .replaceAll('{', '(')
    .replaceAll('}', ')')
    .trim();
