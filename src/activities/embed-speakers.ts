import { z } from 'zod';
import type { EmbedSpeakersInput } from '../contracts/video-speech-steps.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import { artifactKey, type ArtifactRef } from '../domain/artifact.ts';
import { speechRegionSchema } from '../domain/audio-chunk.ts';
import { ClipScribeError } from '../domain/errors.ts';
import { chunkVoicesSchema, type ChunkVoices } from '../domain/voices.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { SpeakerEncoder } from '../ports/speech-models.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, type StageCache } from './stage-cache.ts';

export interface EmbedSpeakersDependencies {
  speakerEncoder: SpeakerEncoder;
  store: ArtifactStore;
  cache: StageCache;
}

/** Raised when what is stored changes. */
const VERSION = 2;

/**
 * See {@link VideoActivities.embedSpeakers}. Without an encoder the result says so: a job does not wait for somebody
 * over what its readers can do without.
 */
export const createEmbedSpeakers =
  (dependencies: EmbedSpeakersDependencies): VideoActivities['embedSpeakers'] =>
  (input) =>
    withHeartbeat(async ({ signal }) => {
      const { result, measure } = await measured(() => embedOrNothing(dependencies, input, signal));
      return { voices: result.artifact, measure };
    });

async function embedOrNothing(
  { speakerEncoder, store, cache }: EmbedSpeakersDependencies,
  { chunk, salt }: EmbedSpeakersInput,
  signal: AbortSignal,
): Promise<{ artifact: ArtifactRef | null; cached: boolean; model?: string }> {
  const embed = async (): Promise<ChunkVoices> => {
    const regions = await readJson(store, chunk.speechRegions, z.array(speechRegionSchema));
    const audio = await store.read(chunk.audio);
    return { ...(await speakerEncoder.embed(audio, { speechRegions: regions, signal })), regions };
  };
  try {
    const stored = await cache.json(
      {
        stage: 'speakers',
        version: VERSION,
        parameters: { encoder: speakerEncoder.identity, salt },
        inputs: [artifactKey(chunk.audio), chunk.speechRegions.sha256],
      },
      embed,
    );
    const { model } = await readJson(store, stored.artifact, chunkVoicesSchema);
    return { ...stored, model };
  } catch (error) {
    if (ClipScribeError.is(error) && error.code === 'ModelUnknown') return { artifact: null, cached: false };
    throw error;
  }
}
