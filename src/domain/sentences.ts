/** A stretch of a text: characters (UTF-16 units) from `start` to `end`, which is not included. */
export interface TextRange {
  start: number;
  end: number;
}

const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** Words after which a full stop ends no sentence. Without the stop, lower case. */
const ABBREVIATIONS = new Set(
  (
    'mr mrs ms dr prof st jr sr gen col capt lt sgt rev hon sen rep gov pres vs etc no vol fig inc ltd co corp ' +
    'e.g i.e a.m p.m approx dept est jan feb mar apr jun jul aug sep sept oct nov dec bzw z.b d.h u.a nr hr fr ' +
    'usw ca sra ud uds pág av mme mlle m'
  ).split(' '),
);
const LAST_WORD_BEFORE_STOP = /([\p{L}\p{M}.]+)\.["'”’)]*\s*$/u;
/** An initial or a dotted acronym: `J`, `U.S`. */
const INITIALS = /^\p{Lu}(\.\p{Lu})*$/u;
const STARTS_LOWER_CASE = /^["'“‘(]*\p{Ll}/u;
const NOT_SPACE = /\S/u;

const segmenters = new Map<string, Intl.Segmenter>();

/** The rules of the Unicode standard (UAX #29) for a language, or the common ones for an unknown tag. */
export function segmenterFor(
  language: string,
  granularity: 'sentence' | 'word' | 'grapheme',
): Intl.Segmenter {
  const locale = LANGUAGE_TAG.test(language) ? language : 'und';
  const key = `${granularity} ${locale}`;
  const known = segmenters.get(key);
  if (known !== undefined) return known;
  const segmenter = new Intl.Segmenter(locale, { granularity });
  segmenters.set(key, segmenter);
  return segmenter;
}

/**
 * Divides a text into sentences, in order, without the white space around them. Follows UAX #29, which knows
 * every script, and joins again what that standard divides after abbreviations, initials and inside a
 * sentence that goes on in lower case.
 */
export function splitSentences(text: string, language: string): TextRange[] {
  const sentences: TextRange[] = [];
  let start = 0;
  for (const { segment, index } of segmenterFor(language, 'sentence').segment(text)) {
    const end = index + segment.length;
    if (end < text.length && goesOn(segment, text.slice(end, end + 8))) continue;
    pushTrimmed(sentences, text, { start, end });
    start = end;
  }
  pushTrimmed(sentences, text, { start, end: text.length });
  return sentences;
}

function goesOn(piece: string, next: string): boolean {
  if (STARTS_LOWER_CASE.test(next)) return true;
  const lastWord = LAST_WORD_BEFORE_STOP.exec(piece.slice(-40))?.[1];
  return lastWord !== undefined && (INITIALS.test(lastWord) || ABBREVIATIONS.has(lastWord.toLowerCase()));
}

function pushTrimmed(ranges: TextRange[], text: string, { start, end }: TextRange): void {
  const piece = text.slice(start, end);
  if (!NOT_SPACE.test(piece)) return;
  ranges.push({
    start: start + (piece.length - piece.trimStart().length),
    end: end - (piece.length - piece.trimEnd().length),
  });
}
