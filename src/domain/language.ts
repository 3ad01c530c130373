/** What a transcriber detected in one chunk. */
export interface LanguageObservation {
  /** ISO 639-1. */
  language: string;
  probability: number;
  speechSeconds: number;
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
