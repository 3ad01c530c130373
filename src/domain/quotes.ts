import { endsSentence } from './punctuation.ts';
import { selectSentences, type RankedSentence } from './sentence-ranking.ts';

const FEWEST_WORDS = 8;
const MOST_WORDS = 32;

/** English sentences that begin so lean on the one before. */
const LEANING_STARTS = new Set(
  (
    'and but or so because then also which that this these those it its he she they them him her his their there ' +
    'here such well now yes no okay ok yeah right um uh again however therefore thus still'
  ).split(' '),
);
const PROPER_NAME_OR_NUMBER = /(?<=\P{L})\p{Lu}\p{Ll}|\p{N}/u;
const LOWER_CASE_START = /^\P{L}*\p{Ll}/u;
const QUESTION = /[?？؟]["'”’)]*$/u;

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
  if (!endsSentence(text) || QUESTION.test(text)) return 0;
  if (LEANING_STARTS.has(words[0]?.text.toLowerCase() ?? '')) return 0;
  const whole = LOWER_CASE_START.test(text) ? 0.4 : 1;
  const content = sentence.terms.length / words.length;
  const concrete = PROPER_NAME_OR_NUMBER.test(text.slice(1)) ? 1.4 : 1;
  return (0.3 + centrality) * (0.3 + content) * concrete * whole * confidence * confidence;
}
