import { z } from 'zod';
import { artifactRefSchema } from './artifact.ts';

/** A stretch of speech, in seconds. Ordered, not overlapping, `start < end`. */
export const speechRegionSchema = z.object({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
});
export type SpeechRegion = z.infer<typeof speechRegionSchema>;

/**
 * A piece of the audio that is transcribed in one activity. Its own bytes and regions count from its start;
 * `start` and `end` place it on the clock of the video.
 */
export const audioChunkSchema = z.object({
  index: z.number().int().nonnegative(),
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  /** Seconds of speech inside; a chunk with none is never sent to a model. */
  speechSeconds: z.number().nonnegative(),
  audio: artifactRefSchema,
  /** JSON `SpeechRegion[]` in seconds from the chunk's start. */
  speechRegions: artifactRefSchema,
});
export type AudioChunk = z.infer<typeof audioChunkSchema>;
