import { z } from 'zod';
import type { TranscribedChunk } from '../contracts/video-speech-steps.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import { speechRegionSchema } from '../domain/audio-chunk.ts';
import { mergeTranscript } from '../domain/merge-transcript.ts';
import { suspectRanges, type ChunkEvidence } from '../domain/suspect-ranges.ts';
import { chunkTranscriptSchema, transcriptSchema } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, type StageCache } from './stage-cache.ts';

export interface MergeTranscriptDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

const VERSION = 2;

/** See {@link VideoActivities.mergeTranscript}. */
export const createMergeTranscript =
  ({ store, cache }: MergeTranscriptDependencies): VideoActivities['mergeTranscript'] =>
  ({ chunks, durationSeconds, language, salt }) =>
    withHeartbeat(async () => {
      const place = async (chunk: TranscribedChunk): Promise<ChunkEvidence> => ({
        start: chunk.start,
        end: chunk.end,
        transcript: await readJson(store, chunk.transcript, chunkTranscriptSchema),
        speechRegions: await readJson(store, chunk.speechRegions, z.array(speechRegionSchema)),
      });
      const { result, measure } = await measured(() =>
        cache.json(
          {
            stage: 'merge',
            version: VERSION,
            parameters: { durationSeconds, language, starts: chunks.map((chunk) => chunk.start), salt },
            inputs: chunks.flatMap((chunk) => [chunk.transcript.sha256, chunk.speechRegions.sha256]),
          },
          async () => {
            const placed = await Promise.all(chunks.map(place));
            const transcript = mergeTranscript(placed, durationSeconds, language);
            return { ...transcript, suspectRanges: suspectRanges(transcript, placed) };
          },
        ),
      );
      const { segments } = await readJson(store, result.artifact, transcriptSchema);
      return { transcript: result.artifact, segmentCount: segments.length, measure };
    });
