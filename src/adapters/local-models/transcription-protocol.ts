import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ChunkTranscript, TranscribedSegment, Word } from '../../domain/transcript.ts';
import { languageCode } from './language-names.ts';
import {
  wordDocumentSchema,
  wordsOverText,
  wordsWithPunctuation,
  type WordDocument,
} from './segment-words.ts';

const segmentDocumentSchema = z.object({
  start: z.number(),
  end: z.number(),
  text: z.string(),
  avg_logprob: z.number().nullish(),
  /** Our server's extension: the language that this segment is in. */
  language: z.string().nullish(),
  /** Who speaks, as OpenAI's diarized_json and Mistral tell it. */
  speaker: z.string().nullish(),
  speaker_id: z.string().nullish(),
  /** Our server's extension; others list words beside the segments. */
  words: z.array(wordDocumentSchema).nullish(),
});
export type SegmentDocument = z.infer<typeof segmentDocumentSchema>;

export const transcriptDocumentSchema = z.object({
  /** A code, or the English name of a language, as OpenAI answers. */
  language: z.string().nullish(),
  language_probability: z.number().min(0).max(1).nullish(),
  duration: z.coerce.number().nonnegative().nullish(),
  text: z.string().nullish(),
  segments: z.array(segmentDocumentSchema).nullish(),
  words: z.array(wordDocumentSchema).nullish(),
});
export type TranscriptDocument = z.infer<typeof transcriptDocumentSchema>;

/** Events of a streamed answer; kinds that we do not know are ignored. */
export const transcriptEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('transcript.text.delta'),
    seconds_done: z.number().nonnegative().optional(),
    segments: z.array(segmentDocumentSchema).optional(),
  }),
  transcriptDocumentSchema.extend({ type: z.literal('transcript.text.done') }),
  z.object({ type: z.literal('error'), error: z.unknown() }),
]);

/** Names of speakers that are longer are no names. */
const LONGEST_SPEAKER = 100;

export interface ReadingContext {
  /** Asked for; undefined where the server was to detect it. */
  language: string | undefined;
  /** Where speech was found, for servers that tell no times at all. */
  extent: { start: number; end: number };
}

/** A server's answer in our words: segments and words in order, none empty, none overlapping. */
export function readTranscript(document: TranscriptDocument, context: ReadingContext): ChunkTranscript {
  const segments = document.segments ?? wholeText(document, context);
  const durationSeconds = document.duration ?? context.extent.end;
  const language = context.language ?? languageCode(document.language ?? '') ?? '';
  return {
    language,
    languageProbability: document.language_probability ?? (context.language === undefined ? 0.5 : 1),
    durationSeconds,
    segments: readSegments(segments, document.words ?? []),
  };
}

/** Segments with their words; `words` are those that stand beside the segments. */
export function readSegments(
  segments: readonly SegmentDocument[],
  words: readonly WordDocument[] = [],
): TranscribedSegment[] {
  let clock = 0;
  return segments
    .toSorted((one, other) => one.start - other.start)
    .flatMap((segment) => {
      const read = readSegment(segment, words, clock);
      if (read === undefined) return [];
      clock = read.end;
      return [read];
    });
}

function readSegment(
  segment: SegmentDocument,
  besideWords: readonly WordDocument[],
  notBefore: number,
): TranscribedSegment | undefined {
  const text = segment.text.replace(/\s+/g, ' ').trim();
  if (text === '') return undefined;
  const start = Math.max(notBefore, segment.start);
  const end = Math.max(start, segment.end);
  const own = segment.words ?? besideWords.filter((word) => isInside((word.start + word.end) / 2, segment));
  const words = own.length > 0 ? wordsWithPunctuation(text, own) : wordsOverText(text, { start, end });
  const ordered = inOrder(words, start);
  const language = languageCode(segment.language ?? '');
  const speaker = (segment.speaker ?? segment.speaker_id ?? '').slice(0, LONGEST_SPEAKER);
  return {
    start: Math.min(start, ordered[0]?.start ?? start),
    end: Math.max(end, ordered.at(-1)?.end ?? end),
    text,
    words: ordered,
    averageLogProbability: segment.avg_logprob ?? null,
    ...(language === undefined ? {} : { language }),
    ...(speaker === '' ? {} : { speaker }),
  };
}

const isInside = (time: number, { start, end }: SegmentDocument): boolean => time >= start && time < end;

/** Words in order of time from `notBefore` on, none overlapping the one before. */
function inOrder(words: readonly Word[], notBefore: number): Word[] {
  let clock = notBefore;
  return words.map((word) => {
    const start = Math.max(clock, word.start);
    const end = Math.max(start, word.end);
    clock = end;
    return { ...word, start, end };
  });
}

const wholeText = ({ text }: TranscriptDocument, { extent }: ReadingContext): SegmentDocument[] =>
  text === undefined || text === null ? [] : [{ ...extent, text }];

/**
 * A whole answer in verbose_json.
 *
 * @throws ClipScribeError `ModelRejected` for anything else
 */
export function parseTranscriptDocument(text: string): TranscriptDocument {
  const parsed = transcriptDocumentSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new ClipScribeError(
      'ModelRejected',
      'The model server did not answer with a transcript in verbose_json.',
    );
  }
  return parsed.data;
}

/** Undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
