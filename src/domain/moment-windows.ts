import type { MomentMaterial } from './moment-features.ts';

/** Sentences `first` to `last` of a transcript. */
export interface SentenceRange {
  first: number;
  last: number;
}

/** Characters of a window: some 40 min of speech, about 10,000 tokens, which models of all sizes read with care. */
const WINDOW_CHARACTERS = 30_000;
/** What stands around a sentence when it is shown to a model. */
const SENTENCE_OVERHEAD_CHARACTERS = 40;
/** Where speech goes on without an end, so much of a sentence is shown. */
export const SHOWN_CHARACTERS = 600;
/** Bounds what one proposal can cost: some eight hours of speech. */
const MOST_WINDOWS = 16;

/** How a transcript is read by a language model. */
export interface ReadingPlan {
  windows: SentenceRange[];
  /** How many windows there would be without a bound. */
  windowsInAll: number;
}

/**
 * A transcript in windows that a model reads one at a time. Of a video with more than {@link MOST_WINDOWS}, those
 * are read that are most about its topic.
 */
export function momentWindows({ sentences, ranked }: MomentMaterial): ReadingPlan {
  const windows: SentenceRange[] = [];
  let characters = Infinity;
  sentences.forEach(({ text }, index) => {
    const more = Math.min(text.length, SHOWN_CHARACTERS) + SENTENCE_OVERHEAD_CHARACTERS;
    const current = windows.at(-1);
    if (current !== undefined && characters + more <= WINDOW_CHARACTERS) {
      current.last = index;
      characters += more;
    } else {
      windows.push({ first: index, last: index });
      characters = more;
    }
  });
  const worth = ({ first, last }: SentenceRange): number =>
    ranked.slice(first, last + 1).reduce((sum, { centrality }) => sum + centrality, 0);
  const chosen = windows
    .toSorted((one, other) => worth(other) - worth(one) || one.first - other.first)
    .slice(0, MOST_WINDOWS)
    .sort((one, other) => one.first - other.first);
  return { windows: chosen, windowsInAll: windows.length };
}
