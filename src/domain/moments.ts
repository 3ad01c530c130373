import type { Entity } from './knowledge.ts';
import {
  LONGEST_MOMENT_SECONDS,
  momentCandidates,
  SHORTEST_MOMENT_SECONDS,
  type MomentCandidate,
} from './moment-candidates.ts';
import {
  MOMENT_FEATURES,
  namesAndFigures,
  signsOf,
  soundness,
  type MomentFeature,
  type MomentMaterial,
} from './moment-features.ts';
import { reasonOf, titleOf } from './moment-words.ts';
import type { SentenceRange } from './moment-windows.ts';
import { FEWEST_MOMENTS, MOST_MOMENTS, type Moment } from './proposal.ts';
import { rankSentences } from './sentence-ranking.ts';
import { inSequence } from './subtitle-tokens.ts';
import { cosine } from './terms.ts';
import { clamp } from './time.ts';
import { spokenSentences } from './transcript-sentences.ts';
import type { Transcript } from './transcript.ts';

/** How long a moment is where only the length of the whole is asked for. */
const USUAL_MOMENT_SECONDS = 12;
/** Only so many of the best candidates are compared with each other, whatever the length of the video. */
const MAXIMUM_CANDIDATES = 400;
/** How much a moment loses that says again what is chosen already, or stands beside it. */
const REPETITION_WEIGHT = 0.35;
const NEIGHBOUR_SIMILARITY = 0.5;
/** Beyond {@link FEWEST_MOMENTS}, a moment must be worth this share of the best one. */
export const WORTHY_SHARE = 0.5;
/** A moment that is e^±0.9 times as long as meant, which is 2.5 times, loses a third of its score. */
const LENGTH_SPREAD = 0.9;

/** What is asked for. */
export interface MomentWishes {
  /** All moments together are no longer, in seconds. */
  lengthSeconds: number;
  /** The most moments; found from the length where absent. */
  count?: number | undefined;
}

/** A candidate with its worth. */
interface ScoredMoment {
  cut: MomentCandidate;
  score: number;
}

/**
 * The moments of a transcript that a highlight reel could be made of, in order of time. They do not overlap, begin
 * and end between words, and are together no longer than asked for; three at least where there are as many whole
 * sentences that fit. Deterministic; no model is asked. Scores are 0–1, see `MOMENT_FEATURES`.
 */
export function findMoments(
  transcript: Transcript,
  entities: readonly Entity[],
  wishes: MomentWishes,
): Moment[] {
  return momentsWithin(momentMaterial(transcript, entities), wishes);
}

/** As {@link findMoments}, in a part of a transcript; all of it where no part is named. */
export function momentsWithin(
  material: MomentMaterial,
  wishes: MomentWishes,
  within: SentenceRange = { first: 0, last: material.sentences.length - 1 },
): Moment[] {
  const { count, meantSeconds } = proportions(wishes);
  const candidates = candidatesWithin(material, wishes, within).map((cut) => ({
    cut,
    score: scoreOf(material, cut, meantSeconds),
  }));
  const chosen = choose(material, candidates, { count, lengthSeconds: wishes.lengthSeconds });
  // Long runs may have left no room for others: single sentences cannot overlap.
  const enough = chosen.length >= FEWEST_MOMENTS;
  const sentences = enough ? [] : candidates.filter(({ cut }) => cut.first === cut.last);
  const single = choose(material, sentences, { count, lengthSeconds: wishes.lengthSeconds });
  return (single.length > chosen.length ? single : chosen)
    .toSorted((one, other) => one.cut.start - other.cut.start)
    .map((moment) => describe(material, moment));
}

/** A transcript made ready to look for moments. */
export function momentMaterial(transcript: Transcript, entities: readonly Entity[]): MomentMaterial {
  const sentences = spokenSentences(transcript);
  const ranked = rankSentences(sentences);
  return {
    transcript,
    sentences,
    ranked,
    highestCentrality: ranked.reduce((highest, { centrality }) => Math.max(highest, centrality), 0),
    ...namesAndFigures(entities),
  };
}

/** Every run of sentences in a part of a transcript that could be a moment, whoever chooses. */
export const candidatesWithin = (
  { sentences, transcript: { durationSeconds } }: MomentMaterial,
  wishes: MomentWishes,
  { first, last }: SentenceRange,
): MomentCandidate[] =>
  momentCandidates(sentences, { durationSeconds, longestSeconds: proportions(wishes).longestSeconds }).filter(
    (cut) => cut.first >= first && cut.last <= last,
  );

/** How many moments of what length make up the length asked for. At least three always fit. */
export function proportions({ lengthSeconds, count }: MomentWishes): {
  count: number;
  meantSeconds: number;
  longestSeconds: number;
} {
  const meantCount =
    count ?? clamp(Math.round(lengthSeconds / USUAL_MOMENT_SECONDS), FEWEST_MOMENTS, MOST_MOMENTS);
  return {
    count: count ?? MOST_MOMENTS,
    meantSeconds: clamp(lengthSeconds / meantCount, SHORTEST_MOMENT_SECONDS, LONGEST_MOMENT_SECONDS),
    longestSeconds: Math.min(LONGEST_MOMENT_SECONDS, lengthSeconds / FEWEST_MOMENTS),
  };
}

/** What the signs of a moment are worth together, 0–1. */
function scoreOf(material: MomentMaterial, cut: MomentCandidate, meantSeconds: number): number {
  const signs = signsOf(material, cut);
  const worth = (Object.keys(MOMENT_FEATURES) as MomentFeature[]).reduce(
    (total, feature) => total + MOMENT_FEATURES[feature].weight * signs[feature].strength,
    0,
  );
  const fit = Math.exp(-((Math.log((cut.end - cut.start) / meantSeconds) / LENGTH_SPREAD) ** 2));
  return clamp(worth * soundness(material, cut) * (0.5 + 0.5 * fit), 0, 1);
}

/** The best first; each next one is worth much and repeats little of those before it. */
function choose(
  material: MomentMaterial,
  scored: readonly ScoredMoment[],
  { count, lengthSeconds }: { count: number; lengthSeconds: number },
): ScoredMoment[] {
  const best = scored
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score || one.cut.start - other.cut.start)
    .slice(0, MAXIMUM_CANDIDATES);
  let candidates = best.map((moment) => ({
    moment,
    terms: termsOf(material, moment.cut),
    repetition: 0,
  }));
  const lowestScore = WORTHY_SHARE * (best[0]?.score ?? 0);
  const fairShare = material.transcript.durationSeconds / count;
  const chosen: ScoredMoment[] = [];
  let secondsLeft = lengthSeconds;
  const marginalWorth = ({ moment, repetition }: (typeof candidates)[number]): number =>
    moment.score * (1 - REPETITION_WEIGHT * repetition);
  while (chosen.length < count) {
    const [first, ...others] = candidates.filter(
      ({ moment }) =>
        secondsOf(moment) <= secondsLeft && (chosen.length < FEWEST_MOMENTS || moment.score >= lowestScore),
    );
    if (first === undefined) break;
    const next = others.reduce((a, b) => (marginalWorth(b) > marginalWorth(a) ? b : a), first);
    chosen.push(next.moment);
    secondsLeft -= secondsOf(next.moment);
    candidates = candidates
      .filter(({ moment }) => !overlap(moment.cut, next.moment.cut))
      .map((each) => {
        const nearness = Math.max(0, 1 - gapBetween(each.moment.cut, next.moment.cut) / fairShare);
        const similarity = Math.max(cosine(each.terms, next.terms), NEIGHBOUR_SIMILARITY * nearness);
        return { ...each, repetition: Math.max(each.repetition, similarity) };
      });
  }
  return chosen;
}

const secondsOf = ({ cut }: ScoredMoment): number => cut.end - cut.start;

const overlap = (one: MomentCandidate, other: MomentCandidate): boolean =>
  one.first <= other.last && other.first <= one.last;

const gapBetween = (one: MomentCandidate, other: MomentCandidate): number =>
  Math.max(one.start - other.end, other.start - one.end);

function termsOf({ ranked }: MomentMaterial, { first, last }: MomentCandidate): Map<string, number> {
  const terms = new Map<string, number>();
  for (const { vector } of ranked.slice(first, last + 1)) {
    for (const [term, weight] of vector) terms.set(term, (terms.get(term) ?? 0) + weight);
  }
  return terms;
}

function describe(material: MomentMaterial, { cut, score }: ScoredMoment): Moment {
  const sentences = material.sentences.slice(cut.first, cut.last + 1);
  return {
    start: cut.start,
    end: cut.end,
    title: titleOf(sentences, material.transcript.language),
    score: Number(score.toFixed(3)),
    reason: reasonOf(signsOf(material, cut)),
    text: inSequence(sentences.map(({ text }) => text)),
  };
}
