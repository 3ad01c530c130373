import { deflateSync } from 'node:zlib';
import { z } from '@hono/zod-openapi';
import { inSequence } from '../../domain/subtitle-tokens.ts';
import type { Segment, Transcript } from '../../domain/transcript.ts';
import { withSpeakerNames } from '../../domain/word-speakers.ts';

const usageSchema = z.object({ type: z.literal('duration'), seconds: z.number() });

/** `json` */
export const plainAnswerSchema = z
  .object({ text: z.string(), usage: usageSchema })
  .meta({ id: 'Transcription' });

const verboseSegmentSchema = z.object({
  id: z.number().int(),
  seek: z.number().int(),
  start: z.number(),
  end: z.number(),
  text: z.string(),
  tokens: z.array(z.number().int()).meta({ description: 'Always empty.' }),
  temperature: z.number(),
  avg_logprob: z.number().meta({ description: 'Of the words, by their confidence.' }),
  compression_ratio: z.number(),
  no_speech_prob: z.number().meta({ description: 'Always 0: text stands where speech was heard.' }),
});

/** `verbose_json` */
export const verboseAnswerSchema = z
  .object({
    task: z.literal('transcribe'),
    language: z.string().meta({ description: 'The English name, in lower case.', example: 'english' }),
    duration: z.number(),
    text: z.string(),
    segments: z.array(verboseSegmentSchema).optional(),
    words: z.array(z.object({ word: z.string(), start: z.number(), end: z.number() })).optional(),
    usage: usageSchema,
  })
  .meta({ id: 'TranscriptionVerbose' });

/** `diarized_json` */
export const diarizedAnswerSchema = z
  .object({
    task: z.literal('transcribe'),
    duration: z.number(),
    text: z.string(),
    segments: z.array(
      z.object({
        type: z.literal('transcript.text.segment'),
        id: z.string(),
        start: z.number(),
        end: z.number(),
        speaker: z.string(),
        text: z.string(),
      }),
    ),
    usage: usageSchema,
  })
  .meta({ id: 'TranscriptionDiarized' });

/** The whole text, as OpenAI joins it. */
export const textOf = ({ segments }: Transcript): string => inSequence(segments.map(({ text }) => text));

const usageOf = ({ durationSeconds }: Transcript): z.infer<typeof usageSchema> => ({
  type: 'duration',
  seconds: durationSeconds,
});

export const plainAnswer = (transcript: Transcript): z.infer<typeof plainAnswerSchema> => ({
  text: textOf(transcript),
  usage: usageOf(transcript),
});

/** With the lists that were asked for. */
export const verboseAnswer = (
  transcript: Transcript,
  granularities: readonly ('word' | 'segment')[],
): z.infer<typeof verboseAnswerSchema> => ({
  task: 'transcribe',
  language: languageName(transcript.language),
  duration: transcript.durationSeconds,
  text: textOf(transcript),
  ...(granularities.includes('segment') ? { segments: transcript.segments.map(verboseSegment) } : {}),
  ...(granularities.includes('word') ? { words: transcript.segments.flatMap(wordsOf) } : {}),
  usage: usageOf(transcript),
});

/** Who speaks by name; where nobody was told apart, one speaker speaks all. */
export function diarizedAnswer(transcript: Transcript): z.infer<typeof diarizedAnswerSchema> {
  const segments = withSpeakerNames(transcript).segments.map(({ id, start, end, speaker, text }) => ({
    ...{ type: 'transcript.text.segment' as const, id, start, end, text },
    speaker: speaker ?? 'Speaker 1',
  }));
  const { durationSeconds: duration } = transcript;
  return { task: 'transcribe', duration, text: textOf(transcript), segments, usage: usageOf(transcript) };
}

const wordsOf = ({ words }: Segment) => words.map(({ text, start, end }) => ({ word: text, start, end }));

const verboseSegment = (segment: Segment, index: number): z.infer<typeof verboseSegmentSchema> => ({
  id: index,
  // Whisper counts frames of 10 ms.
  seek: Math.round(segment.start * 100),
  start: segment.start,
  end: segment.end,
  text: segment.text,
  tokens: [],
  temperature: 0,
  avg_logprob: meanLogProbability(segment),
  compression_ratio: compressionRatio(segment.text),
  no_speech_prob: 0,
});

const LOWEST_PROBABILITY = 1e-4;

function meanLogProbability({ words }: Segment): number {
  if (words.length === 0) return 0;
  const logs = words.map(({ confidence }) => Math.log(Math.max(confidence, LOWEST_PROBABILITY)));
  return logs.reduce((sum, log) => sum + log, 0) / logs.length;
}

/** As Whisper measures how much a text repeats itself. */
function compressionRatio(text: string): number {
  const bytes = Buffer.from(text);
  return bytes.length / deflateSync(bytes).length;
}

const names = new Intl.DisplayNames('en', { type: 'language' });

const languageName = (code: string): string =>
  code === 'und' ? 'unknown' : (names.of(code) ?? code).toLowerCase();
