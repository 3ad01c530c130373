import { z } from 'zod';
import { baseLanguage } from './subtitle-rules.ts';

const TARGET = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/;
/** Files of so many languages are still looked through. */
const MOST_LANGUAGES = 20;

/** A language to translate into, by its BCP 47 tag: language, script, region. It becomes part of file names. */
export const targetLanguageSchema = z
  .string()
  .regex(TARGET, { error: 'Write a language as de, pt-BR or zh-Hant.', abort: true })
  .refine((tag) => englishName(tag) !== undefined, { error: 'There is no such language.' });

/** Languages to translate into, each once. */
export const targetLanguagesSchema = z
  .array(targetLanguageSchema)
  .max(MOST_LANGUAGES)
  .refine((tags) => new Set(tags).size === tags.length, { error: 'Name each language once.' });

/** The English name of a language, `Portuguese (Brazil)` for `pt-BR`; undefined where CLDR knows none. */
export function englishName(tag: string): string | undefined {
  try {
    return new Intl.DisplayNames('en', {
      type: 'language',
      fallback: 'none',
      languageDisplay: 'standard',
    }).of(tag);
  } catch {
    return undefined;
  }
}

/**
 * Whether text in a language can stand in a translation into another as it is. A script that was asked for is
 * another thing than the language alone: what is heard as `zh` may be in either of its scripts.
 */
export const isAlreadyIn = (language: string, target: string): boolean =>
  language === target || (baseLanguage(language) === baseLanguage(target) && !/-[A-Z][a-z]{3}/.test(target));
