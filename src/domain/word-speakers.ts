import { characterClock, locateWords } from './character-clock.ts';
import { endsClause, endsSentence } from './punctuation.ts';
import { partsOf, rangesBetween } from './split-segment.ts';
import type { Turn } from './speakers.ts';
import { segmentId } from './segment-id.ts';
import type { Segment, Transcript } from './transcript.ts';

/** What it costs to change the speaker, in words that are with the wrong one. */
const CHANGE_COSTS = { betweenSegments: 0.4, afterClauseOrPause: 0.6, withinClause: 1.6 } as const;
const PAUSE_SECONDS = 0.3;

/** A word, or a segment that has no words. */
interface Unit {
  segment: number;
  /** Index in the segment's words; null for a whole segment. */
  word: number | null;
  start: number;
  end: number;
  changeCost: number;
}

/**
 * Gives every word to a speaker and divides segments where the speaker changes, so that a segment has one speaker.
 *
 * Speakers are chosen for all words together (Viterbi): a word that a turn's border cuts off stays with its sentence,
 * and changes fall between sentences, clauses and pauses where they can. No text is lost, repeated or moved.
 *
 * @param turns in order; none leaves the transcript as it is
 */
export function assignSpeakers(transcript: Transcript, turns: readonly Turn[]): Transcript {
  if (turns.length === 0) return transcript;
  const units = transcript.segments.flatMap(unitsOf);
  const speakers = [...new Set(turns.map(({ speaker }) => speaker))];
  const chosen = cheapestSpeakers(units, turns, speakers);
  const bySegment = transcript.segments.map((): string[] => []);
  units.forEach((unit, index) => bySegment[unit.segment]?.push(chosen[index] ?? ''));
  const segments = transcript.segments.flatMap((segment, index) =>
    divideBySpeaker(segment, bySegment[index] ?? []),
  );
  return {
    ...transcript,
    segments: segments.map((segment, index) => ({ ...segment, id: segmentId(index) })),
  };
}

/** The transcript with names in place of ids, as people read it. */
export function withSpeakerNames(transcript: Transcript): Transcript {
  const labels = new Map(transcript.speakers?.map(({ id, label }) => [id, label]));
  return {
    ...transcript,
    segments: transcript.segments.map((segment) => ({
      ...segment,
      speaker: segment.speaker === null ? null : (labels.get(segment.speaker) ?? segment.speaker),
    })),
  };
}

function unitsOf(segment: Segment, index: number): Unit[] {
  if (segment.words.length === 0) {
    const { start, end } = segment;
    return [{ segment: index, word: null, start, end, changeCost: CHANGE_COSTS.betweenSegments }];
  }
  return segment.words.map((word, position) => {
    const before = segment.words[position - 1];
    return {
      segment: index,
      word: position,
      start: word.start,
      end: word.end,
      changeCost: before === undefined ? CHANGE_COSTS.betweenSegments : costWithin(before, word),
    };
  });
}

function costWithin(before: { text: string; end: number }, word: { start: number }): number {
  const isBreak =
    endsClause(before.text) || endsSentence(before.text) || word.start - before.end >= PAUSE_SECONDS;
  return isBreak ? CHANGE_COSTS.afterClauseOrPause : CHANGE_COSTS.withinClause;
}

/** The cheapest sequence of speakers, by dynamic programming. */
function cheapestSpeakers(
  units: readonly Unit[],
  turns: readonly Turn[],
  speakers: readonly string[],
): string[] {
  const mismatches = mismatchesOf(units, turns, speakers);
  let costs = speakers.map(() => 0);
  const cameFrom: number[][] = [];
  units.forEach((unit, index) => {
    const cheapest = costs.indexOf(Math.min(...costs));
    const change = (costs[cheapest] ?? 0) + unit.changeCost;
    const stays = costs.map((cost) => cost <= change);
    cameFrom.push(stays.map((stay, speaker) => (stay ? speaker : cheapest)));
    costs = costs.map((cost, speaker) => Math.min(cost, change) + (mismatches[index]?.[speaker] ?? 0));
  });
  let speaker = costs.indexOf(Math.min(...costs));
  const chosen: string[] = [];
  for (let index = units.length - 1; index >= 0; index -= 1) {
    chosen[index] = speakers[speaker] ?? '';
    speaker = cameFrom[index]?.[speaker] ?? speaker;
  }
  return chosen;
}

/** For each unit and speaker, the share of it that is not in their turns, 0–1. */
function mismatchesOf(
  units: readonly Unit[],
  turns: readonly Turn[],
  speakers: readonly string[],
): number[][] {
  let first = 0;
  return units.map((unit) => {
    while (first < turns.length - 1 && (turns[first]?.end ?? Infinity) <= unit.start) first += 1;
    const heard = new Map<string, number>();
    for (let index = first; index < turns.length; index += 1) {
      const turn = turns[index];
      if (turn === undefined || turn.start >= unit.end) break;
      const seconds = Math.min(turn.end, unit.end) - Math.max(turn.start, unit.start);
      if (seconds > 0) heard.set(turn.speaker, (heard.get(turn.speaker) ?? 0) + seconds);
    }
    const total = [...heard.values()].reduce((sum, seconds) => sum + seconds, 0);
    if (total > 0) return speakers.map((speaker) => 1 - (heard.get(speaker) ?? 0) / total);
    const near = nearestTurn(unit, turns[first - 1], turns[first]);
    return speakers.map((speaker) => (speaker === near ? 0 : 1));
  });
}

/** Outside all turns a word is with whoever speaks nearest. */
function nearestTurn(unit: Unit, before: Turn | undefined, after: Turn | undefined): string | undefined {
  const beforeGap = before === undefined ? Infinity : unit.start - before.end;
  const afterGap = after === undefined ? Infinity : Math.abs(after.start - unit.end);
  return beforeGap <= afterGap ? before?.speaker : after?.speaker;
}

/**
 * Divides a segment where the speaker of its words changes. No text is lost.
 *
 * @param speakers one for each word; one for a segment without words
 */
export function divideBySpeaker(segment: Segment, speakers: readonly string[]): Segment[] {
  const located = locateWords(segment);
  const startOf = new Map(located.map(({ word, startCharacter }) => [word, startCharacter]));
  const borders: number[] = [];
  const runs: string[] = speakers.slice(0, 1);
  speakers.forEach((speaker, index) => {
    const word = segment.words[index];
    const border = word === undefined ? undefined : startOf.get(word);
    if (speaker === runs.at(-1)) return;
    // A word that the text does not have cannot be where the text is cut: it stays with the one before.
    if (border === undefined || border <= (borders.at(-1) ?? 0)) return;
    borders.push(border);
    runs.push(speaker);
  });
  const ranges = rangesBetween(segment.text, borders);
  return partsOf(segment, ranges, located, characterClock(segment, located)).map((part, index) => ({
    ...segment,
    ...part,
    speaker: runs[index] ?? null,
  }));
}
