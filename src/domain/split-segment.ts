import type { CharacterClock, LocatedWord } from './character-clock.ts';
import type { TextRange } from './sentences.ts';
import { roundToMilliseconds } from './time.ts';
import type { Segment, Word } from './transcript.ts';

type TimedPart = Pick<Segment, 'start' | 'end' | 'text' | 'words'>;

/** The ranges of a text between borders, which are characters in order; together they are the whole text. */
export function rangesBetween(text: string, borders: readonly number[]): TextRange[] {
  const starts = [0, ...borders];
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? text.length }));
}

/** The segment's parts, each with its own words; a word that the text does not have stays with the one before. */
export function partsOf<Part extends TimedPart>(
  segment: Part,
  ranges: readonly TextRange[],
  located: readonly LocatedWord[],
  clock: CharacterClock,
): Part[] {
  if (ranges.length === 1) return [segment];
  const startCharacterOf = new Map(located.map(({ word, startCharacter }) => [word, startCharacter]));
  let next = 0;
  return ranges.map((range) => {
    const words: Word[] = [];
    for (; next < segment.words.length; next += 1) {
      const word = segment.words[next];
      if (word === undefined || (startCharacterOf.get(word) ?? 0) >= range.end) break;
      words.push(word);
    }
    const piece = segment.text.slice(range.start, range.end);
    const leading = piece.length - piece.trimStart().length;
    return {
      ...segment,
      start: words[0]?.start ?? roundToMilliseconds(clock.startAt(range.start + leading)),
      end: words.at(-1)?.end ?? roundToMilliseconds(clock.endAt(range.start + piece.trimEnd().length)),
      text: piece.trim(),
      words,
    };
  });
}
