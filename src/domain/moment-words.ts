import type { MomentFeature, MomentSigns } from './moment-features.ts';
import { MOMENT_FEATURES } from './moment-features.ts';
import { segmenterFor } from './sentences.ts';
import { isQuestion } from './sentence-shape.ts';
import { textWidth } from './text-width.ts';
import type { SpokenSentence } from './transcript-sentences.ts';

/** What a title takes in a list, or burned into a video. */
const TITLE_WIDTH = 60;
/** A reason names this many signs, the weightiest first. */
const REASON_SIGNS = 3;
/** A sign that is weaker is no reason. */
const TELLING_STRENGTH = 0.5;
const TRAILING_PUNCTUATION = /[\s.,;:–—。、，…-]+$/u;

const REASONS: Record<MomentFeature, (detail: string) => string> = {
  topic: (terms) => `is about the video's topic${inBrackets(terms)}`,
  substance: () => 'says much in few words',
  answer: () => 'answers a question',
  figure: (text) => `gives a figure${inBrackets(text)}`,
  name: (names) => `names ${names}`,
  opening: () => 'stands by itself',
  pauses: () => 'begins and ends in a pause',
  emphasis: (word) => `puts it strongly (“${word}”)`,
  reaction: (seconds) => `is followed by ${seconds} of voices without words, perhaps laughter`,
};

const inBrackets = (text: string): string => (text === '' ? '' : ` (${text})`);

/** Why a moment was chosen, in one sentence. */
export function reasonOf(signs: MomentSigns): string {
  const telling = (Object.keys(MOMENT_FEATURES) as MomentFeature[])
    .filter((feature) => signs[feature].strength >= TELLING_STRENGTH)
    .sort((one, other) => worthOf(signs, other) - worthOf(signs, one))
    .slice(0, REASON_SIGNS)
    .map((feature) => REASONS[feature](signs[feature].detail ?? ''));
  if (telling.length === 0) return 'It is the best of what there is.';
  return `It ${telling.join(', ')}.`;
}

const worthOf = (signs: MomentSigns, feature: MomentFeature): number =>
  signs[feature].strength * MOMENT_FEATURES[feature].weight;

/** A title from the moment's own words: its question, or the sentence that says most. */
export function titleOf(sentences: readonly SpokenSentence[], language: string): string {
  const [first] = sentences;
  if (first === undefined) return '';
  if (isQuestion(first.text)) return shortened(first.text, language);
  const worded = sentences
    .map(({ terms, text }) => ({ terms: terms.length, text: text.replace(TRAILING_PUNCTUATION, '') }))
    .filter(({ text }) => text !== '');
  const richest = worded.toSorted((one, other) => other.terms - one.terms)[0] ?? first;
  return shortened(richest.text, language);
}

/** A text on one line, cut between words where it is too wide. */
function shortened(text: string, language: string): string {
  if (textWidth(text) <= TITLE_WIDTH) return text;
  let fitting = '';
  for (const granularity of ['word', 'grapheme'] as const) {
    for (const { segment } of segmenterFor(language, granularity).segment(text)) {
      if (textWidth(fitting + segment) > TITLE_WIDTH - 1) break;
      fitting += segment;
    }
    // A first word wider than a title is cut where it must be.
    if (fitting !== '') break;
  }
  return `${fitting.replace(TRAILING_PUNCTUATION, '')}…`;
}
