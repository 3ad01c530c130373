const LANGUAGE_TAG = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/iu;
const RIGHT_TO_LEFT_SCRIPTS = new Set(['Adlm', 'Arab', 'Hebr', 'Nkoo', 'Rohg', 'Syrc', 'Thaa']);

/** A BCP 47 tag as given, or `und` where it is none. */
export const languageTag = (language: string): string => (LANGUAGE_TAG.test(language) ? language : 'und');

/** Whether a language is written from right to left, by the script that CLDR says it is usually written in. */
export function isRightToLeft(language: string): boolean {
  try {
    return RIGHT_TO_LEFT_SCRIPTS.has(new Intl.Locale(languageTag(language)).maximize().script ?? '');
  } catch {
    // A tag of the right shape may still repeat a part, which Intl refuses.
    return false;
  }
}
