import type { VideoActivities } from '../contracts/video-activities.ts';
import { extractionSchema, joinExtractions } from '../domain/knowledge.ts';
import { languageOf, transcriptSchema } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { EntityExtractor } from '../ports/speech-models.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, sha256, type StageCache } from './stage-cache.ts';

export interface ExtractEntitiesDependencies {
  extractor: EntityExtractor;
  store: ArtifactStore;
  cache: StageCache;
}

const VERSION = 2;

/** See {@link VideoActivities.extractEntities}. */
export const createExtractEntities =
  ({ extractor, store, cache }: ExtractEntitiesDependencies): VideoActivities['extractEntities'] =>
  ({ transcript, fromSegment, toSegment, salt }) =>
    withHeartbeat(async ({ signal }) => {
      const { segments, language } = await readJson(store, transcript, transcriptSchema);
      const window = segments.slice(fromSegment, toSegment);
      const { result, measure } = await measured(async () => ({
        ...(await cache.json(
          {
            stage: 'entities',
            version: VERSION,
            parameters: { model: extractor.model, language, salt },
            // The window's own text, so that an edit elsewhere in the transcript costs nothing here.
            inputs: [
              sha256(JSON.stringify(window.map(({ id, text, language: own }) => [id, text, own ?? null]))),
            ],
          },
          async () => {
            const byLanguage = Map.groupBy(window, (segment) => languageOf(segment, { language }));
            const extractions = [...byLanguage].map(([spoken, segments]) =>
              extractor.extract(segments, { language: spoken, signal }),
            );
            return joinExtractions(await Promise.all(extractions));
          },
        )),
        model: extractor.model,
      }));
      const { languageSupported } = await readJson(store, result.artifact, extractionSchema);
      return { extraction: result.artifact, languageSupported, measure };
    });
