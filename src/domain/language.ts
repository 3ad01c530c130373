/** The setting that says: several languages are spoken, in turn. */
export const SEVERAL_LANGUAGES = 'multi';

/**
 * Whether speech may be in another language than the one it is transcribed in:
 * - `never`: everything is in the language that was chosen;
 * - `evident`: the language is held, but what is clearly spoken in another one is written down in that;
 * - `any`: all speech is listened to for its language.
 */
export type LanguageSwitching = 'never' | 'evident' | 'any';

/** What a transcriber detected in one chunk. */
export interface LanguageObservation {
  /** ISO 639-1. */
  language: string;
  probability: number;
  speechSeconds: number;
}

/** How a chunk is to be transcribed. `language` undefined: the transcriber detects it. */
export interface DecodingLanguage {
  language: string | undefined;
  switching: LanguageSwitching;
}

/** What to ask of the transcriber, by the job's setting and what was heard so far. */
export function decodingLanguage(
  setting: string | undefined,
  observations: readonly LanguageObservation[],
): DecodingLanguage {
  if (setting === SEVERAL_LANGUAGES) return { language: undefined, switching: 'any' };
  if (setting !== undefined) return { language: setting, switching: 'never' };
  return { language: holdLanguage(observations), switching: 'evident' };
}

/** A detection this sure, on this much speech, is not outvoted later. */
const CONFIDENT_PROBABILITY = 0.8;
const CONFIDENT_SPEECH_SECONDS = 10;

/**
 * The language to hold for the whole video: the first confident observation in order of time, else the one
 * with the most speech weighted by probability. Undefined where nobody spoke.
 */
export function holdLanguage(observations: readonly LanguageObservation[]): string | undefined {
  const confident = observations.find(
    ({ probability, speechSeconds }) =>
      probability >= CONFIDENT_PROBABILITY && speechSeconds >= CONFIDENT_SPEECH_SECONDS,
  );
  if (confident !== undefined) return confident.language;

  const votes = new Map<string, number>();
  for (const { language, probability, speechSeconds } of observations) {
    if (speechSeconds > 0) votes.set(language, (votes.get(language) ?? 0) + probability * speechSeconds);
  }
  const ranked = [...votes].sort(([, votesA], [, votesB]) => votesB - votesA);
  return ranked[0]?.[0];
}

/** The languages of some speech, by seconds, the most first; of equals the one heard first. */
export function languagesBySpeech(
  spans: readonly { start: number; end: number; language: string }[],
): string[] {
  const seconds = new Map<string, number>();
  for (const { start, end, language } of spans) {
    seconds.set(language, (seconds.get(language) ?? 0) + end - start);
  }
  return [...seconds].sort(([, one], [, other]) => other - one).map(([language]) => language);
}
