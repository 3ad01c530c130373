import { characterClock, locateWords, type LocatedWord } from './character-clock.ts';
import { partsOf, rangesBetween } from './split-segment.ts';
import { inSequence } from './subtitle-tokens.ts';
import type { TranslatedText } from './translation.ts';
import type { TranscribedSegment, Word } from './transcript.ts';

/** A stretch of speech, in seconds. */
interface Span {
  start: number;
  end: number;
}

/** A sentence that lies in one segment by so much of its length says what that segment says. */
const OWN_SHARE = 0.6;

/**
 * Gives sentences that a listening translator heard to the segments of the transcript, by their times: whole ones
 * where they lie in one segment, else word by word to the nearest. A segment in whose time nothing was heard gets an
 * empty text. Pure.
 *
 * @param segments in order, not overlapping
 * @param heard on the same clock, in order
 * @returns one text for each segment, its words within it
 */
export function alignTranslation(
  segments: readonly Span[],
  heard: readonly TranscribedSegment[],
): TranslatedText[] {
  const pieces = heard.flatMap((sentence) => piecesOf(sentence, segments));
  return segments.map((segment, index) => {
    const own = pieces.filter((piece) => piece.index === index);
    return {
      text: inSequence(own.map(({ text }) => text)),
      words: within(
        own.flatMap(({ words }) => words),
        segment,
      ),
    };
  });
}

/** A sentence, or the parts of it that belong to different segments. */
function piecesOf(
  sentence: TranscribedSegment,
  segments: readonly Span[],
): { index: number; text: string; words: readonly Word[] }[] {
  const whole = segments.findIndex((segment) => overlap(segment, sentence) >= OWN_SHARE * lengthOf(sentence));
  if (whole >= 0) return [{ index: whole, ...sentence }];
  const located = locateWords(sentence);
  const indexOf = ({ word }: LocatedWord): number => nearest(segments, (word.start + word.end) / 2);
  const changes = located.filter((one, place) => {
    const before = located[place - 1];
    return before !== undefined && indexOf(before) !== indexOf(one);
  });
  const ranges = rangesBetween(
    sentence.text,
    changes.map(({ startCharacter }) => startCharacter),
  );
  return partsOf(sentence, ranges, located, characterClock(sentence, located)).map((part) => ({
    index: nearest(segments, (part.start + part.end) / 2),
    ...part,
  }));
}

const lengthOf = ({ start, end }: Span): number => end - start;

const overlap = (one: Span, other: Span): number =>
  Math.min(one.end, other.end) - Math.max(one.start, other.start);

const distance = ({ start, end }: Span, time: number): number => Math.max(start - time, time - end, 0);

const nearest = (segments: readonly Span[], time: number): number =>
  segments.reduce(
    (best, segment, index) =>
      distance(segment, time) < distance(segments[best] ?? segment, time) ? index : best,
    0,
  );

/** Words in order and inside their segment: what is said before or after it is heard at its border. */
function within(words: readonly Word[], { start, end }: Span): Word[] {
  let clock = start;
  return words.map((word) => {
    const wordStart = Math.min(end, Math.max(clock, word.start));
    clock = Math.min(end, Math.max(wordStart, word.end));
    return { ...word, start: wordStart, end: clock };
  });
}
