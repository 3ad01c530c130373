import { z } from 'zod';
import { correctionOutcomeSchema } from './corrections.ts';
import { overlapSchema } from './overlaps.ts';
import { suspectRangeSchema } from './quality.ts';
import { speakerSchema } from './speakers.ts';

/** One spoken word. Seconds; `confidence` 0–1. */
export const wordSchema = z.object({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  text: z.string().min(1),
  confidence: z.number().min(0).max(1),
});
export type Word = z.infer<typeof wordSchema>;

/** A model's sentence-like span, as it comes from a transcriber: not yet numbered, no speaker. */
export const transcribedSegmentSchema = z.object({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  text: z.string(),
  words: z.array(wordSchema),
  /** Mean log probability of the tokens; null where the model does not tell. */
  averageLogProbability: z.number().nullable(),
  /** ISO 639-1, where the transcriber tells it of each segment; else the chunk's. */
  language: z.string().min(1).optional(),
  /** Who says it, where the transcriber tells speakers apart; means somebody else in another chunk. */
  speaker: z.string().min(1).optional(),
});
export type TranscribedSegment = z.infer<typeof transcribedSegmentSchema>;

/** What a transcriber returns for one chunk. Seconds from the start of the chunk. */
export const chunkTranscriptSchema = z.object({
  /** ISO 639-1, detected or as asked for; segments may be in others. */
  language: z.string(),
  languageProbability: z.number().min(0).max(1),
  /** Seconds of audio that was decoded. */
  durationSeconds: z.number().nonnegative(),
  segments: z.array(transcribedSegmentSchema),
});
export type ChunkTranscript = z.infer<typeof chunkTranscriptSchema>;

/** A segment on the clock of the video. `speaker` is the id of one, null until speakers are labelled. */
export const segmentSchema = z.object({
  id: z.string(),
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  text: z.string().min(1),
  speaker: z.string().nullable(),
  words: z.array(wordSchema),
  /** ISO 639-1, where it is not the transcript's language. */
  language: z.string().min(1).optional(),
});
export type Segment = z.infer<typeof segmentSchema>;

/** The whole video's transcript on one clock: segments and words ordered, not overlapping, within the media. */
export const transcriptSchema = z.object({
  /** ISO 639-1: what is spoken most. */
  language: z.string(),
  durationSeconds: z.number().nonnegative(),
  segments: z.array(segmentSchema),
  /** What should be checked by ear, see `suspectRanges`; absent where nobody looked, as in imported text. */
  suspectRanges: z.array(suspectRangeSchema).optional(),
  /** Who speaks, in order of first words; absent until speakers are labelled. */
  speakers: z.array(speakerSchema).optional(),
  /** Where several people speak at once; absent until speakers are labelled. */
  overlaps: z.array(overlapSchema).optional(),
  /** What became of the corrections of its readers; absent where there are none. */
  corrections: correctionOutcomeSchema.optional(),
});
export type Transcript = z.infer<typeof transcriptSchema>;

/** The language that a segment is in. */
export const languageOf = (
  segment: Pick<Segment, 'language'>,
  transcript: Pick<Transcript, 'language'>,
): string => segment.language ?? transcript.language;
