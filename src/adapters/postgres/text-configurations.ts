/** The text search configurations that PostgreSQL 15 and PGlite both have, by ISO 639-1 code. */
const CONFIGURATION_OF: Readonly<Record<string, string>> = {
  ar: 'arabic',
  ca: 'catalan',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  es: 'spanish',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hi: 'hindi',
  hu: 'hungarian',
  hy: 'armenian',
  id: 'indonesian',
  it: 'italian',
  lt: 'lithuanian',
  ne: 'nepali',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sr: 'serbian',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
  yi: 'yiddish',
};

/** The name of each configuration that knows stems. The migrations hold them: add at a new one only. */
export const TEXT_CONFIGURATIONS: readonly string[] = [...new Set(Object.values(CONFIGURATION_OF))].sort();

/** `simple` takes words as they are written, in languages whose stems PostgreSQL does not know. */
export const textConfiguration = (language: string): string => CONFIGURATION_OF[language] ?? 'simple';
