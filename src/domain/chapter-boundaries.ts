import { cosine, countTerms } from './terms.ts';
import type { SpokenSentence } from './transcript-sentences.ts';

/** How many terms on each side of a gap are compared: about ten of Hearst's blocks of twenty words. */
const BLOCK_TERMS = 100;
/** Sentences without terms do not make blocks endless. */
const BLOCK_SENTENCES = 60;
/** A pause of this length counts in full, and then for this share of the deepest change of topic. */
const TELLING_PAUSE_SECONDS = 4;
const PAUSE_SHARE = 0.35;

/** A place between two sentences where the topic may change. Seconds. */
export interface TopicGap {
  /** When the sentence after it begins. */
  start: number;
  score: number;
}

/**
 * Scores every gap between sentences by how likely the topic changes there: TextTiling (Hearst 1997, "TextTiling:
 * Segmenting text into multi-paragraph subtopic passages") over the terms before and after it, with the pause
 * that the speaker makes added. Linear in the length of the transcript.
 */
export function topicGaps(sentences: readonly SpokenSentence[]): TopicGap[] {
  const gaps = sentences.slice(1).map((_, index) => index + 1);
  const similarities = gaps.map((gap) =>
    cosine(blockTerms(sentences, gap - 1, -1), blockTerms(sentences, gap, 1)),
  );
  const depths = depthScores(smoothed(similarities));
  const deepest = depths.reduce((most, depth) => Math.max(most, depth), Number.EPSILON);
  return depths.map((depth, index) => {
    const start = sentences[index + 1]?.start ?? 0;
    const pauseSeconds = start - (sentences[index]?.end ?? start);
    return {
      start,
      score: depth / deepest + PAUSE_SHARE * Math.min(1, pauseSeconds / TELLING_PAUSE_SECONDS),
    };
  });
}

/** The terms of the block of sentences that begins with one and goes forwards (1) or backwards (-1). */
function blockTerms(sentences: readonly SpokenSentence[], first: number, step: 1 | -1): Map<string, number> {
  const terms: string[] = [];
  for (let count = 0; count < BLOCK_SENTENCES && terms.length < BLOCK_TERMS; count += 1) {
    const sentence = sentences[first + count * step];
    if (sentence === undefined) break;
    terms.push(...sentence.terms);
  }
  return countTerms(terms);
}

/** The mean of each value and its neighbours. */
const smoothed = (values: readonly number[]): number[] =>
  values.map((value, index) => ((values[index - 1] ?? value) + value + (values[index + 1] ?? value)) / 3);

/** How far each value lies below the peaks on both sides of it. */
function depthScores(values: readonly number[]): number[] {
  const leftPeaks = peaksBefore(values);
  const rightPeaks = peaksBefore(values.toReversed()).reverse();
  return values.map((value, index) => (leftPeaks[index] ?? value) + (rightPeaks[index] ?? value) - 2 * value);
}

/** For each value the top that one reaches by climbing to the left for as long as it goes up. */
function peaksBefore(values: readonly number[]): number[] {
  const peaks: number[] = [];
  values.forEach((value, index) => {
    const previous = values[index - 1];
    peaks.push(previous !== undefined && previous >= value ? (peaks[index - 1] ?? value) : value);
  });
  return peaks;
}
