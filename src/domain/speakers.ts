import { z } from 'zod';

/** Somebody who speaks in the video. */
export const speakerSchema = z.object({
  /** `S1`, `S2`, … in order of their first words. */
  id: z.string(),
  /** The name that people read. */
  label: z.string(),
  /** How long they speak. */
  seconds: z.number().nonnegative(),
});
export type Speaker = z.infer<typeof speakerSchema>;

/** A stretch of speech by one speaker, in seconds of the video. */
export const turnSchema = z.object({ start: z.number(), end: z.number(), speaker: z.string() });
export type Turn = z.infer<typeof turnSchema>;

/** Who spoke when, and how they sound: what the speakers stage found by ear. */
export const diarizationSchema = z.object({
  /** The encoder; null where nobody was heard. */
  model: z.string().nullable(),
  turns: z.array(turnSchema),
  /** One voice for each speaker, as `encodeEmbedding` writes it. */
  voices: z.array(z.object({ speaker: z.string(), embedding: z.base64() })),
});
export type Diarization = z.infer<typeof diarizationSchema>;

export const speakerId = (index: number): string => `S${index + 1}`;
export const speakerLabel = (index: number): string => `Speaker ${index + 1}`;
