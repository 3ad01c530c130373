import { endsSentence } from './punctuation.ts';
import { selectSentences, type RankedSentence } from './sentence-ranking.ts';
import { isQuestion, leansOnTheOneBefore, startsLowerCase } from './sentence-shape.ts';

const FEWEST_WORDS = 8;
const MOST_WORDS = 32;

const PROPER_NAME_OR_NUMBER = /(?<=\P{L})\p{Lu}\p{Ll}|\p{N}/u;

/**
 * A handful of sentences that stand by themselves and tell something: whole, neither short nor long, naming a
 * name or a number, well understood by the recognizer. They repeat neither each other nor the summary.
 *
 * @param ranked all sentences, see `rankSentences`
 * @returns in order of time, three to six by duration, fewer where fewer qualify
 */
export function quotableSentences(
  ranked: readonly RankedSentence[],
  summary: readonly RankedSentence[],
  durationSeconds: number,
): RankedSentence[] {
  const count = Math.min(6, 3 + Math.floor(durationSeconds / 1200));
  return selectSentences(ranked, { count, worthOf: quotability, alreadySaid: summary });
}

function quotability({ sentence, centrality }: RankedSentence): number {
  const { text, words, confidence } = sentence;
  if (words.length < FEWEST_WORDS || words.length > MOST_WORDS) return 0;
  if (!endsSentence(text) || isQuestion(text)) return 0;
  if (leansOnTheOneBefore(words[0]?.text)) return 0;
  const whole = startsLowerCase(text) ? 0.4 : 1;
  const content = sentence.terms.length / words.length;
  const concrete = PROPER_NAME_OR_NUMBER.test(text.slice(1)) ? 1.4 : 1;
  return (0.3 + centrality) * (0.3 + content) * concrete * whole * confidence * confidence;
}
