import { cosine, countTerms } from './terms.ts';
import type { SpokenSentence } from './transcript-sentences.ts';

/** A sentence with its vector of weighted terms and how central it is to the whole, 0–1. */
export interface RankedSentence {
  sentence: SpokenSentence;
  /** Its place among all sentences, from 0. */
  index: number;
  vector: ReadonlyMap<string, number>;
  centrality: number;
}

/** How many terms of the whole count as its topic. */
const CENTROID_TERMS = 150;

/**
 * Measures how close every sentence is to the topic of the whole: the cosine of its TF-IDF vector and their
 * centroid (Radev et al. 2004, "Centroid-based summarization of multiple documents"). Linear in the length of
 * the transcript. Words in most sentences weigh almost nothing, which stands in for stop words in languages
 * without a list.
 */
export function rankSentences(sentences: readonly SpokenSentence[]): RankedSentence[] {
  const sentencesWith = countTerms(sentences.flatMap((sentence) => [...new Set(sentence.terms)]));
  const weightOf = (term: string): number =>
    Math.log((sentences.length + 1) / ((sentencesWith.get(term) ?? 0) + 0.5));
  const frequency = countTerms(sentences.flatMap((sentence) => sentence.terms));
  const centroid = new Map(
    [...frequency]
      // What is said once is no topic, unless everything is.
      .map(([term, count]): [string, number] => [term, (count > 1 ? count : 0.1) * weightOf(term)])
      .sort(([, weightA], [, weightB]) => weightB - weightA)
      .slice(0, CENTROID_TERMS),
  );
  return sentences.map((sentence, index) => {
    const counts = countTerms(sentence.terms);
    const vector = new Map([...counts].map(([term, count]) => [term, count * weightOf(term)]));
    return { sentence, index, vector, centrality: cosine(vector, centroid) };
  });
}

export interface Selection {
  /** The most to select; fewer where there are fewer. */
  count: number;
  /** How much a candidate is worth by itself. */
  worthOf: (candidate: RankedSentence) => number;
  /** Sentences that the selection should not repeat either. */
  alreadySaid?: readonly RankedSentence[];
}

/** Only so many of the best candidates are compared with each other, whatever the length of the video. */
const MAXIMUM_CANDIDATES = 200;
/** How much worth weighs against repetition. */
const WORTH_SHARE = 0.6;
/** Sentences that stand side by side count as this similar, so that a selection spreads over the whole. */
const NEIGHBOUR_SIMILARITY = 0.5;

/**
 * Selects sentences by maximal marginal relevance (Carbonell & Goldstein 1998): each next one is worth much and
 * repeats little of those before it.
 *
 * @returns in order of time
 */
export function selectSentences(
  ranked: readonly RankedSentence[],
  { count, worthOf, alreadySaid = [] }: Selection,
): RankedSentence[] {
  let candidates = ranked
    .map((candidate) => ({ candidate, worth: worthOf(candidate), repetition: 0 }))
    .filter(({ worth }) => worth > 0)
    .sort((a, b) => b.worth - a.worth || a.candidate.index - b.candidate.index)
    .slice(0, MAXIMUM_CANDIDATES);
  const highestWorth = candidates[0]?.worth ?? 1;
  const selected: RankedSentence[] = [];

  const fairShare = ranked.length / count;
  const similarity = (a: RankedSentence, b: RankedSentence): number => {
    const nearness = Math.max(0, 1 - Math.abs(a.index - b.index) / fairShare);
    return Math.max(cosine(a.vector, b.vector), NEIGHBOUR_SIMILARITY * nearness);
  };
  const noteRepetition = (said: RankedSentence): void => {
    candidates = candidates
      .filter(({ candidate }) => candidate.index !== said.index)
      .map((each) => ({
        ...each,
        repetition: Math.max(each.repetition, similarity(each.candidate, said)),
      }));
  };
  alreadySaid.forEach(noteRepetition);
  while (selected.length < count) {
    const marginalWorth = ({ worth, repetition }: (typeof candidates)[number]): number =>
      WORTH_SHARE * (worth / highestWorth) - (1 - WORTH_SHARE) * repetition;
    const [first, ...others] = candidates;
    if (first === undefined) break;
    const best = others.reduce((a, b) => (marginalWorth(b) > marginalWorth(a) ? b : a), first).candidate;
    selected.push(best);
    noteRepetition(best);
  }
  return selected.sort((a, b) => a.index - b.index);
}
