import type { Word } from './transcript.ts';

/** Text with times: a segment, on whichever clock. */
export interface TimedText {
  start: number;
  end: number;
  text: string;
  words: readonly Word[];
}

/** A word and the characters of the text that it stands for. */
export interface LocatedWord {
  word: Word;
  startCharacter: number;
  endCharacter: number;
}

/** When the characters of a text are spoken, in seconds. */
export interface CharacterClock {
  /** When the speech that begins with this character begins. */
  startAt: (character: number) => number;
  /** When the speech before this character has ended. */
  endAt: (character: number) => number;
}

/** A word is looked for this many characters ahead: words and text of some servers differ in places. */
const LOOK_AHEAD_CHARACTERS = 32;

/** Finds the words in the text, in order. Words that the text does not have are left out. */
export function locateWords({ text, words }: TimedText): LocatedWord[] {
  const located: LocatedWord[] = [];
  let from = 0;
  for (const word of words) {
    const found = text.slice(from, from + LOOK_AHEAD_CHARACTERS + word.text.length).indexOf(word.text);
    if (found < 0) continue;
    const startCharacter = from + found;
    from = startCharacter + word.text.length;
    located.push({ word, startCharacter, endCharacter: from });
  }
  return located;
}

/**
 * Times for the characters of a text: exact at the borders of its words, interpolated inside words and where
 * the text has no words. Never runs backwards when the words do not.
 */
export function characterClock(timed: TimedText, located = locateWords(timed)): CharacterClock {
  const anchors = [{ character: 0, time: timed.start }];
  for (const { word, startCharacter, endCharacter } of located) {
    anchors.push(
      { character: startCharacter, time: word.start },
      { character: endCharacter, time: word.end },
    );
  }
  anchors.push({ character: timed.text.length, time: timed.end });

  const timeBetween = (index: number, character: number): number => {
    const before = anchors[index] ?? { character: 0, time: timed.start };
    const after = anchors[index + 1] ?? before;
    if (after.character <= before.character) return before.time;
    const share = (character - before.character) / (after.character - before.character);
    return before.time + share * (after.time - before.time);
  };
  return {
    startAt: (character) =>
      timeBetween(countWhile(anchors, (anchor) => anchor.character <= character) - 1, character),
    endAt: (character) => {
      const index = countWhile(anchors, (anchor) => anchor.character < character);
      return index === 0 ? (anchors[0]?.time ?? timed.start) : timeBetween(index - 1, character);
    },
  };
}

/** How many leading items satisfy a condition that, once false, stays false (binary search). */
function countWhile<Item>(items: readonly Item[], condition: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && condition(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
