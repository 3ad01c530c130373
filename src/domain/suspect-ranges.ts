import type { SpeechRegion } from './audio-chunk.ts';
import type { PlacedTranscript } from './merge-transcript.ts';
import { SUSPECT_KINDS, type SuspectRange } from './quality.ts';
import { findLoops } from './repeated-words.ts';
import { roundToMilliseconds } from './time.ts';
import type { Segment, Transcript, Word } from './transcript.ts';

/** A chunk's place and text, and where the detector heard speech in it, in seconds from its start. */
export interface ChunkEvidence extends PlacedTranscript {
  speechRegions: readonly SpeechRegion[];
}

/**
 * Whisper's own limit: it decodes a window again where the mean log probability of its tokens is lower (OpenAI
 * whisper, `logprob_threshold`). What is still below it after that, stays in doubt.
 */
const LOWEST_LOG_PROBABILITY = -1;
/**
 * Of words. Below the 0.5 that stands for "not told" and above what single misheard names have: one name alone
 * makes no suspect, three doubtful words in a row do.
 */
const LOWEST_CONFIDENCE = 0.4;
const DOUBTFUL_WORDS = 3;
/** Detectors hear breath and clatter as speech for less; a spoken sentence is longer. */
const SHORTEST_SILENT_SPEECH_SECONDS = 2;
/** Whisper reads 30 s at once, of which ours fills up to 28: a missing window is a hole of about this. */
const HOLE_SECONDS = 20;
/** Word times are this inexact, and detectors cut the ends of words. */
const TOLERANCE_SECONDS = 0.5;
/** Words outside speech for less are the fault of times, not of the text. */
const SHORTEST_TEXT_WITHOUT_SPEECH_SECONDS = 1.5;
/** Ranges of one kind as near as this are one place to listen to. */
const JOINED_WITHIN_SECONDS = 1;

/**
 * The stretches of a transcript that should be checked by ear, in order of time; those of one kind do not
 * overlap. Pure; linear in words and regions.
 */
export function suspectRanges(transcript: Transcript, chunks: readonly ChunkEvidence[]): SuspectRange[] {
  const { segments, durationSeconds } = transcript;
  const regions = chunks
    .flatMap((chunk) => chunk.speechRegions.map((region) => onVideoClock(region, chunk)))
    .sort((one, other) => one.start - other.start);
  const spans = spokenSpans(segments);
  const found = [
    ...chunks.flatMap(unlikelySegments),
    ...doubtfulWords(segments),
    ...findLoops(segments),
    ...speechWithoutText(regions, spans),
    ...textWithoutSpeech(spans, regions),
  ];
  return SUSPECT_KINDS.flatMap((kind) => joined(found.filter((range) => range.kind === kind)))
    .map((range) => ({
      ...range,
      start: roundToMilliseconds(Math.min(range.start, durationSeconds)),
      end: roundToMilliseconds(Math.min(range.end, durationSeconds)),
    }))
    .filter(({ start, end }) => start < end)
    .sort((one, other) => one.start - other.start || one.end - other.end);
}

const onVideoClock = ({ start, end }: Span, chunk: Span): Span => ({
  start: chunk.start + start,
  end: chunk.start + end,
});

const unlikelySegments = (chunk: ChunkEvidence): SuspectRange[] =>
  chunk.transcript.segments.flatMap((segment): SuspectRange[] => {
    const { averageLogProbability } = segment;
    if (averageLogProbability === null || averageLogProbability >= LOWEST_LOG_PROBABILITY) return [];
    const detail = `the model was unsure (mean log probability ${averageLogProbability.toFixed(2)})`;
    return [{ ...onVideoClock(segment, chunk), kind: 'lowConfidence', detail }];
  });

function doubtfulWords(segments: readonly Segment[]): SuspectRange[] {
  const ranges: SuspectRange[] = [];
  let run: Word[] = [];
  const close = (): void => {
    const [first, last] = [run[0], run.at(-1)];
    if (run.length >= DOUBTFUL_WORDS && first !== undefined && last !== undefined) {
      const mean = run.reduce((total, word) => total + word.confidence, 0) / run.length;
      ranges.push({
        ...{ start: first.start, end: last.end, kind: 'lowConfidence' },
        detail: `${run.length} words in a row are doubtful (mean confidence ${mean.toFixed(2)})`,
      });
    }
    run = [];
  };
  for (const { words } of segments) {
    for (const word of words) {
      if (word.confidence < LOWEST_CONFIDENCE) run.push(word);
      else close();
    }
  }
  close();
  return ranges;
}

interface Span {
  start: number;
  end: number;
}

/** Where there is text: words, or segments that have none. */
const spokenSpans = (segments: readonly Segment[]): Span[] =>
  segments.flatMap((segment): Span[] => (segment.words.length > 0 ? segment.words : [segment]));

function speechWithoutText(regions: readonly Span[], spans: readonly Span[]): SuspectRange[] {
  const silent = joinSpans(without(regions, spans.map(widened)));
  return silent.flatMap(({ start, end, seconds }): SuspectRange[] => {
    if (seconds < SHORTEST_SILENT_SPEECH_SECONDS) return [];
    const kind = seconds >= HOLE_SECONDS ? 'hole' : 'speechWithoutText';
    return [{ start, end, kind, detail: `${seconds.toFixed(1)} s of speech have no text` }];
  });
}

function textWithoutSpeech(spans: readonly Span[], regions: readonly Span[]): SuspectRange[] {
  if (regions.length === 0) return [];
  return joinSpans(without(spans, regions.map(widened))).flatMap(({ start, end, seconds }): SuspectRange[] =>
    seconds < SHORTEST_TEXT_WITHOUT_SPEECH_SECONDS
      ? []
      : [
          {
            start,
            end,
            kind: 'textWithoutSpeech',
            detail: 'there are words where nobody was heard to speak',
          },
        ],
  );
}

const widened = ({ start, end }: Span): Span => ({
  start: start - TOLERANCE_SECONDS,
  end: end + TOLERANCE_SECONDS,
});

/** What is left of ordered spans when others, ordered by their start, are taken away. */
function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  const left: Span[] = [];
  let index = 0;
  for (const span of spans) {
    let { start } = span;
    while ((taken[index]?.end ?? Infinity) <= start) index += 1;
    for (let at = index; start < span.end; at += 1) {
      const next = taken[at];
      if (next === undefined || next.start >= span.end) {
        left.push({ start, end: span.end });
        break;
      }
      if (next.start > start) left.push({ start, end: next.start });
      start = Math.max(start, next.end);
    }
  }
  return left;
}

/** Spans nearer than the limit as one, with the seconds that they have in sum. */
function joinSpans(spans: readonly Span[]): (Span & { seconds: number })[] {
  const result: (Span & { seconds: number })[] = [];
  for (const { start, end } of spans) {
    const last = result.at(-1);
    if (last !== undefined && start - last.end <= JOINED_WITHIN_SECONDS) {
      last.seconds += Math.max(0, end - Math.max(start, last.end));
      last.end = Math.max(last.end, end);
    } else result.push({ start, end, seconds: end - start });
  }
  return result;
}

/** Ranges of one kind that touch become one, which tells what the first of them tells. */
function joined(ranges: readonly SuspectRange[]): SuspectRange[] {
  const result: SuspectRange[] = [];
  for (const range of ranges.toSorted((one, other) => one.start - other.start)) {
    const last = result.at(-1);
    if (last !== undefined && range.start - last.end <= JOINED_WITHIN_SECONDS)
      last.end = Math.max(last.end, range.end);
    else result.push({ ...range });
  }
  return result;
}
