import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { TranscribeChunkInput } from '../contracts/video-speech-steps.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import { artifactKey } from '../domain/artifact.ts';
import { speechRegionSchema } from '../domain/audio-chunk.ts';
import type { StageKeyParts } from '../domain/stage-key.ts';
import {
  chunkTranscriptSchema,
  transcribedSegmentSchema,
  type ChunkTranscript,
  type TranscribedSegment,
} from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { Transcriber } from '../ports/speech-models.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, type StageCache } from './stage-cache.ts';

export interface TranscribeChunkDependencies {
  transcriber: Transcriber;
  store: ArtifactStore;
  cache: StageCache;
}

/** Raised when the decoding strategy changes. */
const VERSION = 3;
/** A checkpoint travels with every heartbeat: beyond this size the next attempt starts the chunk over. */
const MAXIMUM_CHECKPOINT_BYTES = 48 * 1024;

const checkpointSchema = z.object({
  secondsDone: z.number().nonnegative(),
  segments: z.array(transcribedSegmentSchema),
});
type Checkpoint = z.infer<typeof checkpointSchema>;

const NOTHING_DONE: Checkpoint = { secondsDone: 0, segments: [] };

/** See {@link VideoActivities.transcribeChunk}. */
export const createTranscribeChunk =
  (dependencies: TranscribeChunkDependencies): VideoActivities['transcribeChunk'] =>
  (input) =>
    withHeartbeat<Checkpoint, Awaited<ReturnType<VideoActivities['transcribeChunk']>>>(async (context) => {
      const { store, cache, transcriber } = dependencies;
      const { result, measure } = await measured(async () => {
        const stored = await cache.json(cacheKey(input), () => transcribe(dependencies, input, context));
        const seconds = stored.cached ? 0 : input.chunk.end - input.chunk.start;
        return {
          ...stored,
          model: input.model,
          costUsd: seconds * transcriber.priceUsdPerSecond(input.model),
        };
      });
      const transcript = await readJson(store, result.artifact, chunkTranscriptSchema);
      return {
        transcript: result.artifact,
        language: transcript.language,
        languageProbability: transcript.languageProbability,
        measure,
      };
    });

const cacheKey = ({ chunk, model, language, switching, salt }: TranscribeChunkInput): StageKeyParts => ({
  stage: 'transcribe',
  version: VERSION,
  parameters: { model, language: language ?? null, switching, salt },
  inputs: [artifactKey(chunk.audio), chunk.speechRegions.sha256],
});

async function transcribe(
  { store, transcriber }: TranscribeChunkDependencies,
  { chunk, model, language, switching }: TranscribeChunkInput,
  { report, signal }: { report: (checkpoint: Checkpoint) => void; signal: AbortSignal },
): Promise<ChunkTranscript> {
  const done = lastCheckpoint();
  const regions = await readJson(store, chunk.speechRegions, z.array(speechRegionSchema));
  const segments: TranscribedSegment[] = [...done.segments];
  const transcript = await transcriber.transcribe(await store.read(chunk.audio), {
    model,
    language,
    switching,
    speechRegions: regions,
    ...(done.secondsDone > 0 && { resumeAfterSeconds: done.secondsDone }),
    signal,
    onProgress: (progress) => {
      segments.push(...progress.segments);
      report(smallEnough({ secondsDone: progress.secondsDone, segments }));
    },
  });
  return { ...transcript, segments: [...done.segments, ...transcript.segments] };
}

/** Where an earlier attempt of this chunk stopped. */
function lastCheckpoint(): Checkpoint {
  const parsed = checkpointSchema.safeParse(Context.current().info.heartbeatDetails);
  return parsed.success ? parsed.data : NOTHING_DONE;
}

const smallEnough = (checkpoint: Checkpoint): Checkpoint =>
  Buffer.byteLength(JSON.stringify(checkpoint)) <= MAXIMUM_CHECKPOINT_BYTES ? checkpoint : NOTHING_DONE;
