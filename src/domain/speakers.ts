import { z } from 'zod';
import { roundToMilliseconds } from './time.ts';

/** Whose voice it sounds like, of those that the user has added. */
export const speakerSuggestionSchema = z.object({
  voiceId: z.string(),
  name: z.string(),
  /** Cosine similarity of the two voices, 0–1. */
  confidence: z.number().min(0).max(1),
});
export type SpeakerSuggestion = z.infer<typeof speakerSuggestionSchema>;

/** Somebody who speaks in the video. */
export const speakerSchema = z.object({
  /** `S1`, `S2`, … in order of their first words. */
  id: z.string(),
  /** The name that people read. */
  label: z.string(),
  /** How long they speak. */
  seconds: z.number().nonnegative(),
  /** A name to confirm; absent where no voice that is known is alike enough. */
  suggestion: speakerSuggestionSchema.optional(),
});
export type Speaker = z.infer<typeof speakerSchema>;

/** A stretch of speech by one speaker, in seconds of the video. */
export const turnSchema = z.object({ start: z.number(), end: z.number(), speaker: z.string() });
export type Turn = z.infer<typeof turnSchema>;

/** Who spoke when, and how they sound: what the speakers stage found by ear. */
export const diarizationSchema = z.object({
  /** The encoder; null where nobody was heard. */
  model: z.string().nullable(),
  /** Of two windows of one voice by this encoder, see `chunkVoicesSchema`. */
  sameVoiceSimilarity: z.number().min(0).max(1),
  turns: z.array(turnSchema),
  /** One voice for each speaker, as `encodeEmbedding` writes it. */
  voices: z.array(z.object({ speaker: z.string(), embedding: z.base64() })),
});
export type Diarization = z.infer<typeof diarizationSchema>;

export const speakerId = (index: number): string => `S${index + 1}`;
export const speakerLabel = (index: number): string => `Speaker ${index + 1}`;

/** Whether nobody has given the speaker a name. */
export const isUnnamed = ({ id, label }: Pick<Speaker, 'id' | 'label'>): boolean =>
  label === speakerLabel(Number(id.slice(1)) - 1);

/** An id that none of these speakers has. */
export const newSpeakerId = (ids: readonly string[]): string =>
  speakerId(Math.max(0, ...ids.map((id) => Number(/^S(\d+)$/.exec(id)?.[1] ?? 0))));

/** How long each speaks, in seconds, in order of their first words. */
export function secondsBySpeaker(
  stretches: readonly { start: number; end: number; speaker: string | null }[],
): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const { speaker, start, end } of stretches)
    if (speaker !== null)
      seconds.set(speaker, roundToMilliseconds((seconds.get(speaker) ?? 0) + end - start));
  return seconds;
}

/** How long each speaks within some stretches, in seconds. */
export function secondsWithin(
  spoken: readonly { start: number; end: number; speaker: string | null }[],
  stretches: readonly { start: number; end: number }[],
): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const { start, end, speaker } of spoken) {
    if (speaker === null) continue;
    for (const stretch of stretches) {
      const shared = Math.min(end, stretch.end) - Math.max(start, stretch.start);
      if (shared > 0) seconds.set(speaker, (seconds.get(speaker) ?? 0) + shared);
    }
  }
  return seconds;
}
