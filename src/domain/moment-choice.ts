import type { MomentMaterial } from './moment-features.ts';
import { numberOf, type Choice, type Ranking } from './moment-prompt.ts';
import { titleOf } from './moment-words.ts';
import type { SentenceRange } from './moment-windows.ts';
import { candidatesWithin, proportions, WORTHY_SHARE, type MomentWishes } from './moments.ts';
import { FEWEST_MOMENTS, type Moment } from './proposal.ts';
import { inSequence } from './subtitle-tokens.ts';
import { clamp } from './time.ts';
import { tidied } from './translation-check.ts';

/** A model's text is a stranger's: so much of it is kept. */
const TITLE_CHARACTERS = 80;
const REASON_CHARACTERS = 300;

/**
 * What of a model's choice can be used, the best first: runs of sentences that the local score could have chosen,
 * cut where it would cut them, that do not overlap. Whatever the model was talked into, a moment is a part of the
 * window and no longer than asked for.
 */
export function usableMoments(
  { moments }: Choice,
  { material, within, wishes }: { material: MomentMaterial; within: SentenceRange; wishes: MomentWishes },
): Moment[] {
  const candidates = candidatesWithin(material, wishes, within);
  const usable = moments.flatMap(({ first, last, title, score, reason }): Moment[] => {
    const cut = candidates.find((one) => numberOf(one.first) === first && numberOf(one.last) === last);
    if (cut === undefined || tidied(reason) === '') return [];
    const sentences = material.sentences.slice(cut.first, cut.last + 1);
    return [
      {
        start: cut.start,
        end: cut.end,
        title: shortLine(title, TITLE_CHARACTERS) || titleOf(sentences, material.transcript.language),
        score: shareOf(score),
        reason: shortLine(reason, REASON_CHARACTERS),
        text: inSequence(sentences.map(({ text }) => text)),
      },
    ];
  });
  return apart(usable.toSorted(byScore));
}

/** Moments by the scores of a ranking, the best first; what it does not name, or names again, is left out. */
export function rankedMoments({ ranking }: Ranking, moments: readonly Moment[]): Moment[] {
  const scores = new Map(ranking.toReversed().map(({ number, score }) => [number, score]));
  return moments
    .flatMap((moment, index) => {
      const score = scores.get(numberOf(index));
      return score === undefined ? [] : [{ ...moment, score: shareOf(score) }];
    })
    .sort(byScore);
}

/**
 * As many moments as fit the length asked for, the best first taken, in order of time. Beyond
 * {@link FEWEST_MOMENTS}, one must be worth a share of the best one.
 */
export function fitMoments(moments: readonly Moment[], wishes: MomentWishes): Moment[] {
  const { count } = proportions(wishes);
  const chosen: Moment[] = [];
  let secondsLeft = wishes.lengthSeconds;
  for (const moment of apart(moments.toSorted(byScore))) {
    const seconds = moment.end - moment.start;
    const isWorthy = chosen.length < FEWEST_MOMENTS || moment.score >= WORTHY_SHARE * (chosen[0]?.score ?? 0);
    if (chosen.length === count || seconds > secondsLeft || !isWorthy) continue;
    chosen.push(moment);
    secondsLeft -= seconds;
  }
  return chosen.sort((one, other) => one.start - other.start);
}

/** Without those that overlap an earlier one. */
function apart(moments: readonly Moment[]): Moment[] {
  const kept: Moment[] = [];
  for (const moment of moments)
    if (kept.every(({ start, end }) => moment.end <= start || end <= moment.start)) kept.push(moment);
  return kept;
}

const byScore = (one: Moment, other: Moment): number => other.score - one.score || one.start - other.start;

/** A score from 0 to 100 as one from 0 to 1. */
const shareOf = (score: number): number => Number((clamp(score, 0, 100) / 100).toFixed(3));

const shortLine = (text: string, characters: number): string => {
  const line = [...tidied(text)];
  return line.length <= characters ? line.join('') : `${line.slice(0, characters - 1).join('')}…`;
};
