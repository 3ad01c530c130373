import type { Entity, EntityType } from './knowledge.ts';
import { pausesAround, type MomentCandidate } from './moment-candidates.ts';
import { endsSentence } from './punctuation.ts';
import type { SuspectRange } from './quality.ts';
import type { RankedSentence } from './sentence-ranking.ts';
import { isQuestion, leansOnTheOneBefore, startsLowerCase } from './sentence-shape.ts';
import type { SpokenSentence } from './transcript-sentences.ts';
import type { Transcript } from './transcript.ts';

/** What is heard or said in a moment: how much of it, 0–1, and the words that show it, for people. */
export interface Sign {
  strength: number;
  detail?: string;
}

/** A transcript as moments are looked for in it; made once for all candidates. */
export interface MomentMaterial {
  transcript: Transcript;
  sentences: readonly SpokenSentence[];
  /** The same sentences with their terms weighed. */
  ranked: readonly RankedSentence[];
  highestCentrality: number;
  names: readonly Naming[];
  figures: readonly Naming[];
}

/** A place where an entity is named. */
export interface Naming {
  start: number;
  name: string;
}

const NAME_TYPES = new Set<EntityType>([
  ...(['PERSON', 'ORG', 'GPE', 'LOC', 'EVENT', 'PRODUCT', 'LAW', 'NORP', 'WORK_OF_ART', 'FAC'] as const),
]);
const FIGURE_TYPES = new Set<EntityType>(['MONEY', 'PERCENT']);

/** Places where entities of some types are named, in order of time. */
const namings = (entities: readonly Entity[], types: ReadonlySet<EntityType>): Naming[] =>
  entities
    .filter(({ type }) => types.has(type))
    .flatMap(({ name, mentions }) => mentions.map(({ start }) => ({ start, name })))
    .sort((one, other) => one.start - other.start);

/** Who is named where, and which sums and shares. */
export const namesAndFigures = (entities: readonly Entity[]): Pick<MomentMaterial, 'names' | 'figures'> => ({
  names: namings(entities, NAME_TYPES),
  figures: namings(entities, FIGURE_TYPES),
});

/** What the features are measured on. */
interface Measured {
  material: MomentMaterial;
  cut: MomentCandidate;
  /** Those of the moment. */
  sentences: readonly SpokenSentence[];
}
type Measure = (measured: Measured) => Sign;

/** Of a dense sentence, this share are words that tell something. */
const DENSE_SHARE = 0.5;
/** An answer that starts later is none. */
const ANSWER_WITHIN_SECONDS = 4;
/** A question of one or two words is an interjection. */
const QUESTION_WORDS = 3;
/** The audience reacts at once or not at all. */
const REACTION_WITHIN_SECONDS = 1.5;
const REACTION_SECONDS = 3;
/** A cut into a pause of this length is not heard. */
const CLEAN_PAUSE_SECONDS = 0.6;
const NAMES_OF_A_DENSE_MOMENT = 2;
const NUMBER = /\p{N}+(?:[.,:]\p{N}+)*(?:\s?%)?/u;
const EMPHATIC = new Set(
  (
    'never always only first biggest largest best worst most greatest secret truth mistake wrong surprising surprised ' +
    'incredible amazing shocking important crucial critical essential key love hate remember imagine promise believe ' +
    'impossible forever nobody everybody finally failed won'
  ).split(' '),
);

/**
 * The local score of a moment: what it looks for, and how much each weighs; together 1. Tuned by hand on talks and
 * interviews, never on the tests' own. docs/reels.md explains it, and a test compares the two.
 */
export const MOMENT_FEATURES = {
  topic: { weight: 0.2, measure: topic },
  substance: { weight: 0.2, measure: substance },
  answer: { weight: 0.15, measure: answer },
  figure: { weight: 0.1, measure: figure },
  name: { weight: 0.1, measure: name },
  opening: { weight: 0.1, measure: opening },
  pauses: { weight: 0.05, measure: pauses },
  emphasis: { weight: 0.05, measure: emphasis },
  reaction: { weight: 0.05, measure: reaction },
} satisfies Record<string, { weight: number; measure: Measure }>;

export type MomentFeature = keyof typeof MOMENT_FEATURES;
export type MomentSigns = Record<MomentFeature, Sign>;

/** Measures all features of one candidate. */
export function signsOf(material: MomentMaterial, cut: MomentCandidate): MomentSigns {
  const measured = { material, cut, sentences: material.sentences.slice(cut.first, cut.last + 1) };
  return Object.fromEntries(
    Object.entries(MOMENT_FEATURES).map(([feature, { measure }]) => [feature, measure(measured)]),
  ) as MomentSigns;
}

/** How close it is to what the whole video is about. */
function topic({ material, cut }: Measured): Sign {
  const ranked = material.ranked.slice(cut.first, cut.last + 1);
  const weights = new Map<string, number>();
  for (const { vector, centrality } of ranked) {
    for (const [term, weight] of vector)
      weights.set(term, Math.max(weights.get(term) ?? 0, weight * centrality));
  }
  const terms = [...weights].sort(([, one], [, other]) => other - one).slice(0, 2);
  return {
    strength: mean(ranked.map(({ centrality }) => centrality)) / (material.highestCentrality || 1),
    detail: terms.map(([term]) => term).join(', '),
  };
}

/** How much is said in how few words. */
function substance({ sentences }: Measured): Sign {
  const words = sum(sentences.map((sentence) => sentence.words.length));
  const terms = sum(sentences.map((sentence) => sentence.terms.length));
  return { strength: Math.min(1, terms / Math.max(1, words) / DENSE_SHARE) };
}

/** It begins with a question that somebody else, or else the speaker, answers in it. */
function answer({ sentences: [question, reply] }: Measured): Sign {
  const isAnswered =
    question !== undefined &&
    reply !== undefined &&
    isQuestion(question.text) &&
    question.words.length >= QUESTION_WORDS &&
    !isQuestion(reply.text) &&
    reply.start - question.end <= ANSWER_WITHIN_SECONDS;
  if (!isAnswered) return { strength: 0 };
  const isDialogue = question.speaker !== null && question.speaker !== reply.speaker;
  return { strength: isDialogue ? 1 : 0.6 };
}

/** It gives a number, a sum or a share. */
function figure({ material, cut, sentences }: Measured): Sign {
  const [named] = namedWithin(material.figures, cut);
  const text = named ?? sentences.flatMap((sentence) => NUMBER.exec(sentence.text)?.[0] ?? [])[0];
  return text === undefined ? { strength: 0 } : { strength: 1, detail: text };
}

/** It names somebody or something. */
function name({ material, cut }: Measured): Sign {
  const names = [...new Set(namedWithin(material.names, cut))];
  return {
    strength: Math.min(1, names.length / NAMES_OF_A_DENSE_MOMENT),
    detail: names.slice(0, NAMES_OF_A_DENSE_MOMENT).join(', '),
  };
}

/** Its first sentence is whole and needs none before it. */
function opening({ sentences: [first] }: Measured): Sign {
  const isWhole = first !== undefined && !startsLowerCase(first.text);
  return { strength: isWhole && !leansOnTheOneBefore(first.words[0]?.text) ? 1 : 0 };
}

/** Cuts that nobody hears. */
function pauses({ material, cut }: Measured): Sign {
  const { durationSeconds } = material.transcript;
  const { before, after } = pausesAround(material.sentences, [cut.first, cut.last], durationSeconds);
  return { strength: mean([before, after].map((pause) => Math.min(1, pause / CLEAN_PAUSE_SECONDS))) };
}

/** English words that speakers use for what matters to them. */
function emphasis({ material, sentences }: Measured): Sign {
  if (material.transcript.language !== 'en') return { strength: 0 };
  const word = sentences
    .flatMap(({ words }) => words.map(({ text }) => text.toLowerCase()))
    .find((text) => EMPHATIC.has(text));
  return word === undefined ? { strength: 0 } : { strength: 1, detail: word };
}

/** Voices without words right after it, as the speech detector hears laughter. */
function reaction({ material, cut, sentences }: Measured): Sign {
  const end = sentences.at(-1)?.end ?? cut.end;
  const heard = (material.transcript.suspectRanges ?? []).find(
    ({ kind, start }) =>
      kind === 'speechWithoutText' && start >= end && start - end <= REACTION_WITHIN_SECONDS,
  );
  if (heard === undefined) return { strength: 0 };
  const seconds = heard.end - heard.start;
  return { strength: Math.min(1, seconds / REACTION_SECONDS), detail: `${seconds.toFixed(1)} s` };
}

/** What makes a candidate worth less however good the rest of it is: 1 for nothing. */
export function soundness(material: MomentMaterial, cut: MomentCandidate): number {
  const sentences = material.sentences.slice(cut.first, cut.last + 1);
  const speakers = new Set(sentences.map(({ speaker }) => speaker)).size;
  const isDialogue = isQuestion(sentences[0]?.text ?? '');
  const lastText = sentences.at(-1)?.text ?? '';
  return (
    (endsSentence(lastText) ? 1 : 0.6) *
    (isQuestion(lastText) ? 0.6 : 1) *
    (speakers > 1 && !isDialogue ? 0.7 : 1) *
    (0.5 + 0.5 * mean(sentences.map(({ confidence }) => confidence))) *
    (1 - doubtfulShare(material.transcript.suspectRanges ?? [], cut))
  );
}

/** How much of a moment has text that may be wrong. Speech without text is no such thing: it may be laughter. */
function doubtfulShare(ranges: readonly SuspectRange[], { start, end }: MomentCandidate): number {
  const seconds = ranges
    .filter(({ kind }) => kind !== 'speechWithoutText')
    .map((range) => Math.max(0, Math.min(range.end, end) - Math.max(range.start, start)));
  return Math.min(1, sum(seconds) / (end - start));
}

function namedWithin(places: readonly Naming[], { start, end }: MomentCandidate): string[] {
  return places.filter((place) => place.start >= start && place.start < end).map((place) => place.name);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length);
