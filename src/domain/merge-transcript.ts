import { characterClock, locateWords, type CharacterClock, type LocatedWord } from './character-clock.ts';
import { languagesBySpeech } from './language.ts';
import { endsClause, endsSentence } from './punctuation.ts';
import { splitSentences, type TextRange } from './sentences.ts';
import { segmentId } from './segment-id.ts';
import { partsOf, rangesBetween } from './split-segment.ts';
import { clamp, floorToMilliseconds, roundToMilliseconds } from './time.ts';
import type { ChunkTranscript, Segment, TranscribedSegment, Transcript } from './transcript.ts';

/** A chunk's place on the clock of the video, in seconds, and what was said in it. */
export interface PlacedTranscript {
  start: number;
  end: number;
  transcript: ChunkTranscript;
}

/** A sentence that runs longer than this is divided at a clause or a pause. */
export const MAXIMUM_SEGMENT_SECONDS = 30;

/** How many seconds of pause a clause's end is worth when a long sentence is divided. */
const CLAUSE_WORTH_SECONDS = 1;
/** Words without a pause between them still leave a border, the nearer to the middle the better. */
const SHORTEST_PAUSE_SECONDS = 0.01;
/** Control characters, from hostile or broken model answers, count as white space. */
const SPACE_OR_CONTROL = /[\s\p{Cc}]+/gu;

/**
 * Puts the transcripts of chunks onto one clock: shifted, kept within their chunk and the media, divided into
 * segments of one sentence and at most {@link MAXIMUM_SEGMENT_SECONDS} where word times allow it, numbered.
 * Segments and words are in order and do not overlap; where they did, the border is the middle of the overlap.
 * No text is lost or repeated, only segments without text are left out.
 *
 * The transcript's language is the one that is spoken most; segments in another one say so.
 *
 * @param fallbackLanguage for chunks that do not tell theirs, and where nobody speaks
 */
export function mergeTranscript(
  chunks: readonly PlacedTranscript[],
  durationSeconds: number,
  fallbackLanguage: string,
): Transcript {
  const placed = [...chunks]
    .sort((a, b) => a.start - b.start)
    .flatMap((chunk) => placeOnVideoClock(chunk, durationSeconds, fallbackLanguage));
  const divided = withOrderedWords(placed).flatMap(divide);
  const segments = fitBetweenWords(divided);
  const language = languagesBySpeech(segments)[0] ?? fallbackLanguage;
  return {
    language,
    durationSeconds,
    segments: segments.map(({ language: own, ...segment }, index) => ({
      id: segmentId(index),
      ...segment,
      speaker: null,
      ...(own === language ? {} : { language: own }),
    })),
  };
}

type PlacedSegment = Pick<Segment, 'start' | 'end' | 'text' | 'words'> & { language: string };

const cleanText = (text: string): string => text.toWellFormed().replace(SPACE_OR_CONTROL, ' ').trim();

function placeOnVideoClock(
  chunk: PlacedTranscript,
  durationSeconds: number,
  fallbackLanguage: string,
): PlacedSegment[] {
  const chunkLanguage = chunk.transcript.language || fallbackLanguage;
  const latest = floorToMilliseconds(Math.min(chunk.end, durationSeconds));
  const earliest = Math.min(chunk.start, latest);
  const place = (seconds: number): number =>
    clamp(roundToMilliseconds(chunk.start + seconds), earliest, latest);
  return chunk.transcript.segments
    .map((segment: TranscribedSegment) => ({
      start: place(segment.start),
      end: place(segment.end),
      text: cleanText(segment.text),
      language: segment.language ?? chunkLanguage,
      words: segment.words
        .map((word) => ({
          ...word,
          start: place(word.start),
          end: place(word.end),
          text: cleanText(word.text),
        }))
        .filter((word) => word.text !== ''),
    }))
    .filter((segment) => segment.text !== '');
}

/** Makes words run forwards, then lets every segment with words begin and end with them. */
function withOrderedWords(segments: readonly PlacedSegment[]): PlacedSegment[] {
  const words = separated(segments.flatMap((segment) => segment.words));
  let next = 0;
  return segments.map((segment) => {
    const own = words.slice(next, next + segment.words.length);
    next += own.length;
    return {
      ...segment,
      start: own[0]?.start ?? segment.start,
      end: own.at(-1)?.end ?? segment.end,
      words: own,
    };
  });
}

/** Spans in their order, none before the one it follows: an overlap is shared, a reversed span is empty. */
function separated<Span extends { start: number; end: number }>(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const previous = result.at(-1);
    let { start } = span;
    if (previous !== undefined && start < previous.end) {
      const middle = roundToMilliseconds((start + previous.end) / 2);
      start = clamp(middle, previous.start, previous.end);
      previous.end = start;
    }
    result.push({ ...span, start, end: Math.max(start, span.end) });
  }
  return result;
}

/** Segments without words take the room that their neighbours' words leave; words never move. */
function fitBetweenWords(segments: readonly PlacedSegment[]): PlacedSegment[] {
  const nextWordStart: number[] = [];
  let limit = Infinity;
  for (const segment of segments.toReversed()) {
    nextWordStart.push(limit);
    if (segment.words.length > 0) limit = segment.start;
  }
  nextWordStart.reverse();

  let previousEnd = 0;
  return segments.map((segment, index) => {
    if (segment.words.length > 0) {
      previousEnd = segment.end;
      return segment;
    }
    const latest = Math.max(previousEnd, nextWordStart[index] ?? Infinity);
    const start = clamp(segment.start, previousEnd, latest);
    const end = clamp(segment.end, start, latest);
    previousEnd = end;
    return { ...segment, start, end };
  });
}

function divide(segment: PlacedSegment): PlacedSegment[] {
  const located = locateWords(segment);
  const clock = characterClock(segment, located);
  const sentences = splitSentences(segment.text, segment.language);
  const borders = sentences.slice(0, -1).map((sentence) => sentence.end);
  const ranges = rangesBetween(
    segment.text,
    borders.filter((border) => isWordBorder(border, located)),
  ).flatMap((range) => divideLong(range, segment.text, located, clock));
  return partsOf(segment, ranges, located, clock);
}

const isWordBorder = (character: number, located: readonly LocatedWord[]): boolean =>
  located.length > 0 &&
  !located.some((word) => word.startCharacter < character && character < word.endCharacter);

/** Halves a range that runs too long, and the halves again, where a pause or a clause's end allows it best. */
function divideLong(
  range: TextRange,
  text: string,
  located: readonly LocatedWord[],
  clock: CharacterClock,
): TextRange[] {
  const seconds = clock.endAt(range.end) - clock.startAt(range.start);
  if (seconds <= MAXIMUM_SEGMENT_SECONDS) return [range];
  const border = bestBorder(range, text, located);
  if (border === undefined) return [range];
  return [
    { start: range.start, end: border },
    { start: border, end: range.end },
  ].flatMap((half) => divideLong(half, text, located, clock));
}

function bestBorder(range: TextRange, text: string, located: readonly LocatedWord[]): number | undefined {
  const inside = located.filter(
    (word) => word.startCharacter >= range.start && word.endCharacter <= range.end,
  );
  const first = inside[0]?.word.start ?? 0;
  const length = (inside.at(-1)?.word.end ?? first) - first;
  let best: { character: number; worth: number } | undefined;
  inside.slice(1).forEach((following, index) => {
    const before = inside[index] ?? following;
    const character = following.startCharacter;
    const piece = text.slice(before.startCharacter, character).trimEnd();
    const clauseWorth = endsClause(piece) || endsSentence(piece) ? CLAUSE_WORTH_SECONDS : 0;
    const pauseSeconds = following.word.start - before.word.end;
    // In the middle a pause counts in full, at the ends not at all, so that halves stay halves.
    const centrality = 1 - Math.abs((2 * (before.word.end - first)) / length - 1);
    const worth = (SHORTEST_PAUSE_SECONDS + pauseSeconds + clauseWorth) * centrality;
    if (best === undefined || worth > best.worth) best = { character, worth };
  });
  return best?.character;
}
