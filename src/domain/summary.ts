import { selectSentences, type RankedSentence } from './sentence-ranking.ts';
import { isQuestion, startsLowerCase } from './sentence-shape.ts';

const SUBSTANTIAL_TERMS = 8;
/** A longer sentence is usually several without punctuation. */
const MOST_WORDS = 45;
/** Speakers say early what they are going to talk about. */
const OPENING_SHARE = 0.1;
const OPENING_BONUS = 1.25;

/**
 * Three to seven sentences, as they were spoken and in their order, that together say most of what the whole is
 * about: one more for each quarter of an hour. Fewer where there is less speech.
 *
 * @param ranked all sentences, see `rankSentences`
 */
export function summarySentences(
  ranked: readonly RankedSentence[],
  durationSeconds: number,
): RankedSentence[] {
  const count = Math.min(7, 3 + Math.floor(durationSeconds / 900));
  const worthOf = ({ sentence, index, centrality }: RankedSentence): number => {
    // Centrality favours sentences of few terms; one that tells something has several.
    const substance = Math.min(1, sentence.terms.length / SUBSTANTIAL_TERMS);
    const tooLong = sentence.words.length > MOST_WORDS ? 0.2 : 1;
    const opening = index < ranked.length * OPENING_SHARE ? OPENING_BONUS : 1;
    const broken = isQuestion(sentence.text) || startsLowerCase(sentence.text) ? 0.5 : 1;
    return centrality * sentence.confidence * opening * broken * substance * tooLong;
  };
  return selectSentences(ranked, { count, worthOf });
}
