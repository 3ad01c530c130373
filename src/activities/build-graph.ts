import type { VideoActivities } from '../contracts/video-activities.ts';
import { buildKnowledgeGraph } from '../domain/knowledge-graph.ts';
import { extractionSchema } from '../domain/knowledge.ts';
import { transcriptSchema } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, type StageCache } from './stage-cache.ts';

export interface BuildGraphDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

const VERSION = 1;

/** See {@link VideoActivities.buildGraph}. */
export const createBuildGraph =
  ({ store, cache }: BuildGraphDependencies): VideoActivities['buildGraph'] =>
  ({ transcript, extractions, salt }) =>
    withHeartbeat(async () => {
      const { result, measure } = await measured(() =>
        cache.json(
          {
            stage: 'graph',
            version: VERSION,
            parameters: { salt },
            inputs: [transcript.sha256, ...extractions.map((extraction) => extraction.sha256)],
          },
          async () =>
            buildKnowledgeGraph(
              (await readJson(store, transcript, transcriptSchema)).segments,
              await Promise.all(
                extractions.map((extraction) => readJson(store, extraction, extractionSchema)),
              ),
            ),
        ),
      );
      return { graph: result.artifact, measure };
    });
