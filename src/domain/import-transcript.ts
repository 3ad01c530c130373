import type { ImportedCue } from './import-subtitles.ts';
import { endsSentence } from './punctuation.ts';
import { spreadWords } from './spread-words.ts';
import { spaceBetween } from './subtitle-tokens.ts';
import { clamp, floorToMilliseconds, roundToMilliseconds } from './time.ts';
import type { Segment, Transcript, Word } from './transcript.ts';
import { visiblePieces } from './visible-text.ts';

/** What a file of subtitles does not say. */
export interface ImportContext {
  language: string;
  durationSeconds: number;
}

/** Cues become one segment while their sentence goes on, up to the length of the longest segment of ours. */
const MAXIMUM_SEGMENT_SECONDS = 30;
/** A longer pause than this ends a segment, whatever the punctuation. */
const SEGMENT_ENDING_PAUSE_SECONDS = 1.5;
/** Somebody wrote it or let it stand. */
const IMPORTED_CONFIDENCE = 1;

/**
 * A transcript of imported cues, kept within the media: in order, not overlapping (what overlaps is shared in the
 * middle), cues of one sentence and speaker joined. Words take the time of their cue by their length, since
 * subtitles have no word times. Cues wholly behind the end of the media are left out. Pure.
 */
export function toTranscript(cues: readonly ImportedCue[], context: ImportContext): Transcript {
  const { language, durationSeconds } = context;
  const segments: Omit<Segment, 'id'>[] = [];
  for (const cue of withoutOverlaps(cues, floorToMilliseconds(durationSeconds))) {
    const words = wordsOf(cue);
    const last = segments.at(-1);
    if (last !== undefined && goesOn(last, cue)) {
      last.text += `${spaceBetween(last.text, cue.text) ? ' ' : ''}${cue.text}`;
      last.end = cue.end;
      last.words.push(...words);
    } else segments.push({ ...cue, words });
  }
  return {
    language,
    durationSeconds,
    segments: segments.map((segment, index) => ({
      id: `s${String(index + 1).padStart(6, '0')}`,
      ...segment,
    })),
  };
}

function goesOn(last: Omit<Segment, 'id'>, cue: ImportedCue): boolean {
  return (
    last.speaker === cue.speaker &&
    !endsSentence(last.text) &&
    cue.start - last.end <= SEGMENT_ENDING_PAUSE_SECONDS &&
    cue.end - last.start <= MAXIMUM_SEGMENT_SECONDS
  );
}

function withoutOverlaps(cues: readonly ImportedCue[], latest: number): ImportedCue[] {
  const ordered = cues
    .filter(({ start }) => start < latest)
    .sort((one, other) => one.start - other.start)
    .map((cue) => ({
      ...cue,
      start: roundToMilliseconds(cue.start),
      end: Math.min(roundToMilliseconds(cue.end), latest),
    }));
  ordered.forEach((cue, index) => {
    const before = ordered[index - 1];
    if (before === undefined || cue.start >= before.end) return;
    const middle = roundToMilliseconds(
      (Math.max(cue.start, before.start) + Math.min(cue.end, before.end)) / 2,
    );
    before.end = clamp(middle, before.start, before.end);
    cue.start = before.end;
    cue.end = Math.max(cue.start, cue.end);
  });
  return ordered;
}

const wordsOf = ({ text, start, end }: ImportedCue): Word[] =>
  spreadWords(
    visiblePieces(text).map((piece) => piece.text),
    { start, end },
    IMPORTED_CONFIDENCE,
  );
