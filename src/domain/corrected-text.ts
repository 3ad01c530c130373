import { diffArrays } from 'diff';
import { characterClock } from './character-clock.ts';
import type { WordEdit } from './corrections.ts';
import { spreadWords } from './spread-words.ts';
import { wordRanges } from './subtitle-tokens.ts';
import { roundToMilliseconds } from './time.ts';
import type { Segment, Word } from './transcript.ts';
import { visiblePieces } from './visible-text.ts';

/** Somebody typed it. */
const TYPED_CONFIDENCE = 1;

/** A word of a text and where it stands there. */
interface Token {
  text: string;
  from: number;
  to: number;
}

/** Words of the old text and those that stand for them in the new one; none of either where `kept`. */
interface Run {
  kept: boolean;
  before: Token[];
  after: Token[];
}

/** Text as it may stand in a segment: on one line, without control characters. Empty where nothing is to be seen. */
export const correctedText = (text: string): string =>
  visiblePieces(text)
    .map((piece) => piece.text)
    .join(' ');

/**
 * The segment with another text. Words that stay keep their times; new ones share the time of those that they
 * replace. A segment without words gets none.
 */
export function withText(segment: Segment, text: string, language: string): Segment {
  if (segment.words.length === 0) return { ...segment, text };
  const timeOf = clockOf(segment);
  const words = runsOf(segment.text, text, language).flatMap(({ kept, before, after }): Word[] => {
    if (kept) return before.map((token) => keptWord(segment, token, timeOf));
    const texts = after.map((token) => token.text);
    return texts.length === 0 ? [] : spreadWords(texts, timeOf(before), TYPED_CONFIDENCE);
  });
  return { ...segment, text, words };
}

/** Which words another text replaces, and when they are spoken: what is needed to find them in another transcript. */
export function wordEdits(segment: Segment, text: string, language: string): WordEdit[] {
  const timeOf = clockOf(segment);
  return runsOf(segment.text, text, language)
    .filter(({ kept }) => !kept)
    .map(({ before, after }) => ({
      ...timeOf(before),
      before: textOf(segment.text, before),
      after: textOf(text, after),
    }));
}

/**
 * The text of a segment with one edit made where its words are found, or those that it puts in their place;
 * undefined where neither is there.
 */
export function withEdit(segment: Segment, edit: WordEdit, language: string): string | undefined {
  const tokens = tokensOf(segment.text, language);
  const [before, after] = [edit.before, edit.after].map((text) => tokensOf(text, language));
  if (before === undefined || after === undefined) return undefined;
  // What contains the other is looked for first: "Ada Lovelace" must not become "Ada Lovelace Lovelace".
  const wanted = after.length >= before.length ? [after, before] : [before, after];
  const timeOf = clockOf(segment);
  for (const sequence of wanted) {
    const found = occurrences(tokens, sequence).toSorted(
      (one, other) => distance(timeOf(one), edit) - distance(timeOf(other), edit),
    )[0];
    if (found === undefined) continue;
    const text = segment.text.slice(0, found[0]?.from) + edit.after + segment.text.slice(found.at(-1)?.to);
    return correctedText(text);
  }
  return undefined;
}

/** How far the middles of two stretches are apart, in seconds. */
const distance = (one: { start: number; end: number }, other: { start: number; end: number }): number =>
  Math.abs(one.start + one.end - other.start - other.end) / 2;

/** Where words stand one behind the other, whatever their case and punctuation. */
function occurrences(tokens: readonly Token[], sequence: readonly Token[]): Token[][] {
  if (sequence.length === 0) return [];
  return tokens.flatMap((_, index) => {
    const piece = tokens.slice(index, index + sequence.length);
    const isSame =
      piece.length === sequence.length &&
      piece.every((token, offset) => bare(token.text) === bare(sequence[offset]?.text ?? ''));
    return isSame ? [piece] : [];
  });
}

const bare = (word: string): string => word.toLowerCase().replace(/[\p{P}\p{S}]/gu, '') || word;

const tokensOf = (text: string, language: string): Token[] =>
  visiblePieces(text).flatMap((piece) =>
    wordRanges(piece.text, language).map(({ start, end }) => ({
      text: piece.text.slice(start, end),
      from: piece.index + start,
      to: piece.index + end,
    })),
  );

const textOf = (text: string, tokens: readonly Token[]): string =>
  tokens.length === 0 ? '' : text.slice(tokens[0]?.from, tokens.at(-1)?.to);

function runsOf(before: string, after: string, language: string): Run[] {
  const oldTokens = tokensOf(before, language);
  const newTokens = tokensOf(after, language);
  const runs: Run[] = [];
  let [oldIndex, newIndex] = [0, 0];
  const differences = diffArrays(
    oldTokens.map(({ text }) => text),
    newTokens.map(({ text }) => text),
  );
  for (const { count, added, removed } of differences) {
    const kept = !added && !removed;
    const before = added ? [] : oldTokens.slice(oldIndex, (oldIndex += count));
    const after = removed ? [] : newTokens.slice(newIndex, (newIndex += count));
    const last = runs.at(-1);
    if (last?.kept === false && !kept) {
      last.before.push(...before);
      last.after.push(...after);
    } else runs.push({ kept, before, after });
  }
  runs.forEach((run, index) => giveTime(run, runs[index - 1], runs[index + 1]));
  return runs.filter((run) => run.before.length > 0 || run.after.length > 0);
}

/** Words that only come in share the time of the word before them, or of the one behind. */
function giveTime(run: Run, previous: Run | undefined, next: Run | undefined): void {
  if (run.kept || run.before.length > 0) return;
  const neighbour = previous ?? next;
  if (neighbour === undefined) return;
  const take = (from: Token[]): Token[] => (previous === undefined ? from.splice(0, 1) : from.splice(-1));
  const [before, after] = [take(neighbour.before), take(neighbour.after)];
  run.before = before;
  run.after = previous === undefined ? [...run.after, ...after] : [...after, ...run.after];
}

/** When words of a segment are spoken; the whole segment's time for none. */
function clockOf(segment: Segment): (tokens: readonly Token[]) => { start: number; end: number } {
  const clock = characterClock(segment);
  return (tokens) => {
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (first === undefined || last === undefined) return { start: segment.start, end: segment.end };
    return {
      start: roundToMilliseconds(clock.startAt(first.from)),
      end: roundToMilliseconds(clock.endAt(last.to)),
    };
  };
}

function keptWord(segment: Segment, token: Token, timeOf: ReturnType<typeof clockOf>): Word {
  const { start, end } = timeOf([token]);
  const middle = (start + end) / 2;
  const heard = segment.words.find((word) => word.start <= middle && middle <= word.end);
  return { start, end, text: token.text, confidence: heard?.confidence ?? TYPED_CONFIDENCE };
}
