import { characterClock } from './character-clock.ts';
import { segmenterFor, type TextRange } from './sentences.ts';
import { textWidth } from './text-width.ts';
import { roundToMilliseconds } from './time.ts';
import type { Segment } from './transcript.ts';

/** A piece of text that is never broken, with its time in seconds. */
export interface SubtitleToken {
  text: string;
  start: number;
  end: number;
  width: number;
  /** Whether a space stands before it, when it does not begin a line. */
  spaceBefore: boolean;
}

const PIECE = /[^\s\p{Cc}]+/gu;
/** Scripts that are written without spaces between words. */
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const OPENING = /^[\p{Ps}\p{Pi}]+$/u;

/**
 * The words of a segment's text, spaces and control characters left out. Scripts without spaces are divided
 * into words by UAX #29; what is wider than a line is divided between characters.
 */
export function subtitleTokens(segment: Segment, language: string, maximumWidth: number): SubtitleToken[] {
  const clock = characterClock(segment);
  const tokens: SubtitleToken[] = [];
  for (const piece of segment.text.matchAll(PIECE)) {
    const ranges = rangesOf(piece[0], language).flatMap((range) => divideWide(piece[0], range, maximumWidth));
    for (const { start, end } of ranges) {
      const text = piece[0].slice(start, end);
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

/** Where a piece without spaces may be broken: punctuation stays with the word that it closes or opens. */
function rangesOf(piece: string, language: string): TextRange[] {
  if (!SPACELESS.test(piece)) return [{ start: 0, end: piece.length }];
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
  for (const character of piece.slice(range.start, range.end)) {
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
