import { z } from 'zod';
import { isUnnamed, type Diarization, type Speaker, type SpeakerSuggestion } from './speakers.ts';
import { dot, unitEmbedding } from './voices.ts';

/** How somebody sounded in one video. */
export const voiceSampleSchema = z.object({
  /** The encoder: embeddings of different ones cannot be compared. */
  model: z.string(),
  /** As the encoder's windows have it, see `chunkVoicesSchema`. */
  sameVoiceSimilarity: z.number().min(0).max(1),
  embedding: z.base64(),
  /** Where it was heard. */
  jobId: z.string(),
  seconds: z.number().nonnegative(),
  addedAt: z.iso.datetime(),
});

/** Somebody whom a user asked to be known again. */
export const knownVoiceSchema = z.object({
  id: z.string(),
  name: z.string(),
  samples: z.array(voiceSampleSchema).min(1),
});
export type KnownVoice = z.infer<typeof knownVoiceSchema>;

/** All voices that a user has added: voices.json. Biometric data, and kept nowhere else. */
export const knownVoicesSchema = z.object({
  schemaVersion: z.literal(1),
  voices: z.array(knownVoiceSchema),
});
export type KnownVoices = z.infer<typeof knownVoicesSchema>;

export const NO_VOICES: KnownVoices = { schemaVersion: 1, voices: [] };

/** Where the voices of a user lie. Retention never removes them; the user does. */
export const voicesKey = (userId: string): string => `voices/${userId}/voices.json`;

/** The oldest samples of a voice make room for new ones. */
const MOST_SAMPLES = 10;

/** The voices with one more sample, of somebody who is known or new. A sample of the same video replaces the last. */
export function withSample(
  known: KnownVoices,
  { id, name }: Pick<KnownVoice, 'id' | 'name'>,
  sample: KnownVoice['samples'][number],
): KnownVoices {
  const before = known.voices.find((voice) => voice.name === name);
  if (before === undefined) return { ...known, voices: [...known.voices, { id, name, samples: [sample] }] };
  const others = before.samples.filter(({ jobId }) => jobId !== sample.jobId);
  const samples = [...others, sample].slice(-MOST_SAMPLES);
  return {
    ...known,
    voices: known.voices.map((voice) => (voice === before ? { ...voice, samples } : voice)),
  };
}

/** The voices without one; unchanged where there is none of this id. */
export function withoutVoice(known: KnownVoices, id: string): KnownVoices {
  const voices = known.voices.filter((voice) => voice.id !== id);
  return voices.length === known.voices.length ? known : { ...known, voices };
}

/**
 * Speakers with the names that their voices suggest, the surest first: a voice suggests one speaker at most, and a
 * speaker has one suggestion at most. Speakers that have a name get none. Nobody is renamed.
 *
 * Whole speakers are compared, which are more alike than short windows are: halfway from the similarity of one
 * voice's windows to sameness. With our encoder that is 0.685. See docs/speakers.md for how it was measured.
 */
export function withSuggestions(
  speakers: readonly Speaker[],
  {
    model,
    sameVoiceSimilarity,
    voices: heard,
  }: Pick<Diarization, 'model' | 'sameVoiceSimilarity' | 'voices'>,
  { voices: known }: KnownVoices,
): Speaker[] {
  const unnamed = speakers.filter(isUnnamed);
  const pairs = unnamed.flatMap(({ id }) => {
    const embedding = heard.find(({ speaker }) => speaker === id)?.embedding;
    if (embedding === undefined) return [];
    const voice = unitEmbedding(embedding);
    return known.map((candidate) => ({
      speaker: id,
      voice: candidate,
      similarity: Math.max(
        ...candidate.samples.map((sample) =>
          sample.model === model ? similarityOf(voice, unitEmbedding(sample.embedding)) : 0,
        ),
      ),
    }));
  });
  const threshold = sameVoiceSimilarity + (1 - sameVoiceSimilarity) / 2;
  const suggestions = new Map<string, SpeakerSuggestion>();
  const used = new Set<string>();
  for (const { speaker, voice, similarity } of pairs.toSorted((a, b) => b.similarity - a.similarity)) {
    if (similarity < threshold) break;
    if (suggestions.has(speaker) || used.has(voice.id)) continue;
    used.add(voice.id);
    suggestions.set(speaker, {
      voiceId: voice.id,
      name: voice.name,
      confidence: Number(similarity.toFixed(3)),
    });
  }
  return speakers.map((speaker) => {
    const suggestion = suggestions.get(speaker.id);
    return suggestion === undefined ? speaker : { ...speaker, suggestion };
  });
}

/** Cosine similarity, within 0 and 1 whatever is rounded. */
const similarityOf = (one: Float32Array, other: Float32Array): number =>
  one.length === other.length ? Math.min(1, Math.max(0, dot(one, other))) : 0;
