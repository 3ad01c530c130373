import type { TranscribedChunk, VideoActivities } from '../contracts/video-activities.ts';
import { mergeTranscript, type PlacedTranscript } from '../domain/merge-transcript.ts';
import { chunkTranscriptSchema, transcriptSchema } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, type StageCache } from './stage-cache.ts';

export interface MergeTranscriptDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

const VERSION = 1;

/** See {@link VideoActivities.mergeTranscript}. */
export const createMergeTranscript =
  ({ store, cache }: MergeTranscriptDependencies): VideoActivities['mergeTranscript'] =>
  ({ chunks, durationSeconds, language, salt }) =>
    withHeartbeat(async () => {
      const place = async ({ start, end, transcript }: TranscribedChunk): Promise<PlacedTranscript> => ({
        start,
        end,
        transcript: await readJson(store, transcript, chunkTranscriptSchema),
      });
      const { result, measure } = await measured(() =>
        cache.json(
          {
            stage: 'merge',
            version: VERSION,
            parameters: { durationSeconds, language, starts: chunks.map((chunk) => chunk.start), salt },
            inputs: chunks.map((chunk) => chunk.transcript.sha256),
          },
          async () => mergeTranscript(await Promise.all(chunks.map(place)), durationSeconds, language),
        ),
      );
      const { segments } = await readJson(store, result.artifact, transcriptSchema);
      return {
        transcript: result.artifact,
        segmentCount: segments.length,
        wordCount: segments.reduce((count, segment) => count + segment.words.length, 0),
        measure,
      };
    });
