import { z } from 'zod';
import { speechRegionSchema } from './audio-chunk.ts';
import { heardOverlapSchema } from './overlaps.ts';

/** What a speaker encoder heard between two times of a chunk, in seconds. */
export const voiceWindowSchema = z.object({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  /** Base64 of one signed byte for each dimension; only its direction has a meaning. */
  embedding: z.base64(),
});

/** The voices of one chunk, in order. */
export const chunkVoicesSchema = z.object({
  /** The encoder: embeddings of different ones cannot be compared. */
  model: z.string(),
  /** Two windows of one voice are on average more alike than this, 0–1. */
  sameVoiceSimilarity: z.number().min(0).max(1),
  windows: z.array(voiceWindowSchema),
  /** Where two people speak at once; none from encoders that do not look for it. */
  overlaps: z.array(heardOverlapSchema).default([]),
  /** Where somebody speaks, in seconds of the chunk. */
  regions: z.array(speechRegionSchema),
});
export type ChunkVoices = z.infer<typeof chunkVoicesSchema>;

/** An embedding as numbers of unit length; zeros where it holds nothing. */
export function unitEmbedding(base64: string): Float32Array {
  return normalised(Float32Array.from(atob(base64), (character) => (character.charCodeAt(0) << 24) >> 24));
}

/** One signed byte for each dimension, in base64, as {@link unitEmbedding} reads them. */
export function encodeEmbedding(values: Float32Array): string {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest > 0 ? 127 / largest : 0;
  return btoa(Array.from(values, (value) => String.fromCharCode(Math.round(value * scale) & 0xff)).join(''));
}

/** The vector at unit length; unchanged where it has none. */
export function normalised(values: Float32Array): Float32Array {
  const length = Math.sqrt(dot(values, values));
  return length > 0 ? values.map((value) => value / length) : values;
}

/** The sum of products; of unit vectors the cosine of their angle. */
export function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += (one[index] ?? 0) * (other[index] ?? 0);
  return sum;
}
