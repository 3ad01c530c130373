import { isRightToLeft } from './text-direction.ts';
import { visiblePieces } from './visible-text.ts';

/** What can be wrong with a translation that somebody else made. */
export type TranslationFault =
  /** Nothing to be seen. */
  | 'empty'
  /** Far longer than what was said: not a translation of it. */
  | 'too-long'
  /** A name is gone. */
  | 'name-lost'
  /** Still the words of the original. */
  | 'unchanged';

/** With these a text is no translation; the others are worth another question, and may yet be right. */
export const isFatal = (fault: TranslationFault): boolean => fault === 'empty' || fault === 'too-long';

/** No language needs so many times the characters of another. */
const LONGEST_EXPANSION = 5;
const SHORT_TEXT_CHARACTERS = 60;
/** Fewer words may well be the same in two languages: names, "OK", numbers. */
const WORDS_THAT_CHANGE = 5;
/** Endings that a language may put to a name in place of its last letters: Laura, Laury, Lauře. */
const DECLINED_LETTERS = 3;
const SHORTEST_STEM = 2;

/** A text on one line, without control characters and what turns around the direction of others. */
export const tidied = (text: string): string =>
  visiblePieces(text)
    .map((piece) => piece.text)
    .join(' ');

/**
 * What is wrong with a translation, the worst first; undefined where nothing is. Names are looked for where the
 * target is written in Latin letters, as they are; elsewhere they are written in the letters of the target.
 */
export function translationFault(
  translation: string,
  { text, names, target }: { text: string; names: readonly string[]; target: string },
): TranslationFault | undefined {
  if (tidied(translation) === '') return 'empty';
  if (translation.length > LONGEST_EXPANSION * Math.max(text.length, SHORT_TEXT_CHARACTERS))
    return 'too-long';
  const said = folded(text);
  const translated = folded(translation);
  if (said === translated && said.split(' ').length >= WORDS_THAT_CHANGE) return 'unchanged';
  const spoken = names.filter((name) => said.includes(folded(name)));
  if (isWrittenInLatin(target) && spoken.some((name) => !mentions(translated, name))) return 'name-lost';
  return undefined;
}

/** Whether each word of a name is there, whatever its ending. */
const mentions = (translated: string, name: string): boolean =>
  folded(name)
    .split(' ')
    .every((word) =>
      translated.includes(word.slice(0, Math.max(SHORTEST_STEM, word.length - DECLINED_LETTERS))),
    );

const folded = (text: string): string =>
  tidied(text)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

/** The script that CLDR says a language is usually written in. */
export function isWrittenInLatin(language: string): boolean {
  if (isRightToLeft(language)) return false;
  try {
    return new Intl.Locale(language).maximize().script === 'Latn';
  } catch {
    return false;
  }
}
