import type { SuspectRange } from './quality.ts';
import { segmenterFor } from './sentences.ts';
import type { Segment } from './transcript.ts';

/** Phrases up to this many words are looked for; loops of recognizers are a word to a long sentence. */
const LONGEST_PHRASE_WORDS = 24;
/** How often a phrase is said in a row before it is a loop. People say "no, no, no" and "very, very". */
const REPEATS_OF_ONE_WORD = 6;
const REPEATS_OF_TWO_WORDS = 4;
const REPEATS_OF_MORE_WORDS = 3;

interface SpokenWord {
  start: number;
  end: number;
  /** Letters and digits in lower case: punctuation differs from round to round. */
  bare: string;
}

/** Phrases that are repeated without end, the shortest phrase of each place. Linear in words. */
export function findLoops(segments: readonly Segment[]): SuspectRange[] {
  const words = segments.flatMap(spokenWords);
  const ranges: SuspectRange[] = [];
  // A loop of one word is no loop of two as well.
  const inLoop = new Set<number>();
  for (let period = 1; period <= Math.min(LONGEST_PHRASE_WORDS, words.length / 2); period += 1) {
    const needed = repeatsNeeded(period);
    let matches = 0;
    for (let index = period; index <= words.length; index += 1) {
      const repeats = index < words.length && words[index]?.bare === words[index - period]?.bare;
      if (repeats) {
        matches += 1;
        continue;
      }
      const first = index - matches - period;
      const times = Math.floor((matches + period) / period);
      if (times >= needed && !inLoop.has(first) && !inLoop.has(index - 1)) {
        for (let each = first; each < index; each += 1) inLoop.add(each);
        const phrase = words.slice(first, first + period).map(({ bare }) => bare).join(' '); // prettier-ignore
        ranges.push({
          start: words[first]?.start ?? 0,
          end: words[index - 1]?.end ?? 0,
          kind: 'loop',
          detail: `“${phrase.slice(0, 80)}” stands there ${times} times in a row`,
        });
      }
      matches = 0;
    }
  }
  return ranges;
}

const repeatsNeeded = (period: number): number =>
  period === 1 ? REPEATS_OF_ONE_WORD : period === 2 ? REPEATS_OF_TWO_WORDS : REPEATS_OF_MORE_WORDS;

const bareWord = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, '');

/** The words of a segment; where it has none, those of its text share its time. */
function spokenWords({ text, words, start, end }: Segment): SpokenWord[] {
  const timed =
    words.length > 0
      ? words.map((word) => ({ start: word.start, end: word.end, bare: bareWord(word.text) }))
      : [...segmenterFor('und', 'word').segment(text)].map((part) => ({
          start: start + ((end - start) * part.index) / text.length,
          end: start + ((end - start) * (part.index + part.segment.length)) / text.length,
          bare: bareWord(part.segment),
        }));
  return timed.filter(({ bare }) => bare !== '');
}
