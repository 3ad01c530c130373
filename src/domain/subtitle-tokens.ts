import { characterClock } from './character-clock.ts';
import { segmenterFor, type TextRange } from './sentences.ts';
import { textWidth } from './text-width.ts';
import { roundToMilliseconds } from './time.ts';
import type { Segment } from './transcript.ts';
import { visiblePieces } from './visible-text.ts';

/** A piece of text that is never broken, with its time in seconds. */
export interface SubtitleToken {
  text: string;
  start: number;
  end: number;
  width: number;
  /** Whether a space stands before it, when it does not begin a line. */
  spaceBefore: boolean;
}

/** Scripts that are written without spaces between words. */
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WIDE_MARK_AT_END = /[\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3d\uff5b-\uff65]$/u;
const OPENING = /^[\p{Ps}\p{Pi}]+$/u;

/**
 * The words of a segment's text, spaces and control characters left out. Scripts without spaces are divided
 * into words by UAX #29; what is wider than a line is divided between characters as readers see them.
 */
export function subtitleTokens(segment: Segment, language: string, maximumWidth: number): SubtitleToken[] {
  const clock = characterClock(segment);
  const tokens: SubtitleToken[] = [];
  for (const piece of visiblePieces(segment.text)) {
    const ranges = wordRanges(piece.text, language).flatMap((range) =>
      divideWide(piece.text, range, maximumWidth),
    );
    for (const { start, end } of ranges) {
      const text = piece.text.slice(start, end);
      tokens.push({
        text,
        start: roundToMilliseconds(clock.startAt(piece.index + start)),
        end: roundToMilliseconds(clock.endAt(piece.index + end)),
        width: textWidth(text),
        spaceBefore: start === 0,
      });
    }
  }
  return tokens;
}

/**
 * Whether a space stands between the end of one segment and the beginning of the next: not where both are
 * written without spaces and a full-width mark, which carries its own space, divides them.
 */
export const spaceBetween = (before: string, after: string): boolean =>
  !(WIDE_MARK_AT_END.test(before) && isSpaceless(after.slice(0, 2)));

/** Sentences or segments one behind the other, as their script has it. */
export const inSequence = (texts: readonly string[]): string =>
  texts
    .map((text, index) => (index > 0 && spaceBetween(texts[index - 1] ?? '', text) ? ` ${text}` : text))
    .join('');

/** Whether a text has letters of a script that is written without spaces between words. */
export const isSpaceless = (text: string): boolean => SPACELESS.test(text);

/** Where a piece without spaces may be broken: punctuation stays with the word that it closes or opens. */
export function wordRanges(piece: string, language: string): TextRange[] {
  if (!isSpaceless(piece)) return [{ start: 0, end: piece.length }];
  const ranges: TextRange[] = [];
  let opens = false;
  for (const { segment, index, isWordLike } of segmenterFor(language, 'word').segment(piece)) {
    const last = ranges.at(-1);
    const end = index + segment.length;
    const isOpening = OPENING.test(segment);
    if (last !== undefined && (opens || (isWordLike !== true && !isOpening))) last.end = end;
    else ranges.push({ start: index, end });
    opens = isOpening;
  }
  return ranges;
}

function divideWide(piece: string, range: TextRange, maximumWidth: number): TextRange[] {
  if (textWidth(piece.slice(range.start, range.end)) <= maximumWidth) return [range];
  const ranges: TextRange[] = [];
  let start = range.start;
  let end = start;
  let width = 0;
  for (const character of charactersOf(piece.slice(range.start, range.end), maximumWidth)) {
    const characterWidth = textWidth(character);
    if (width + characterWidth > maximumWidth) {
      ranges.push({ start, end });
      start = end;
      width = 0;
    }
    width += characterWidth;
    end += character.length;
  }
  ranges.push({ start, end });
  return ranges;
}

/** Letters with their marks stay whole, but where marks without end are wider than a line. */
const charactersOf = (text: string, maximumWidth: number): string[] =>
  [...segmenterFor('und', 'grapheme').segment(text)].flatMap(({ segment }) =>
    textWidth(segment) <= maximumWidth ? [segment] : [...segment],
  );
