import type { Choice, Ranking } from '../../src/domain/moment-prompt.ts';
import type { ChatAnswer, ChatRequest } from './language-model-server.ts';

/** What a proposal shows a model: sentences to choose from, or moments to rank. */
export interface ShownDocument {
  language?: string;
  sentences?: { number: number; start: number; end: number; speaker?: string; text: string }[];
  moments?: { number: number; seconds: number; title: string; reason: string; text: string }[];
}

export const shownDocument = ({ messages }: ChatRequest): ShownDocument =>
  JSON.parse(
    (messages.find(({ role }) => role === 'user')?.content ?? '{}').split('\n\n')[0] ?? '',
  ) as ShownDocument;

export const choiceOf = (moments: Choice['moments']): ChatAnswer => ({
  content: JSON.stringify({ moments }),
});
export const rankingOf = (ranking: Ranking['ranking']): ChatAnswer => ({
  content: JSON.stringify({ ranking }),
});

/** A moment of one sentence. */
export const single = (number: number, more: Partial<Choice['moments'][number]> = {}) => ({
  ...{ first: number, last: number, title: `Sentence ${number}`, score: 50, reason: 'It says it all.' },
  ...more,
});

/** A model that likes the longest sentences of each part, and ranks the last moments highest. */
export function fakeChooser(request: ChatRequest): ChatAnswer {
  const { sentences, moments = [] } = shownDocument(request);
  if (sentences === undefined)
    return rankingOf(moments.map(({ number }) => ({ number, score: Math.min(100, 50 + number) })));
  const longest = sentences
    .filter(({ start, end }) => end - start >= 2)
    .toSorted((one, other) => other.end - other.start - (one.end - one.start))
    .slice(0, 4);
  return choiceOf(longest.map(({ number }, index) => single(number, { score: 90 - index })));
}
