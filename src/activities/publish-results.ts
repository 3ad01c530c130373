import type { PublishResultsInput } from '../contracts/video-result-steps.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { buildCoreDocument } from '../domain/build-core-document.ts';
import { analysisSchema, type CoreDocument } from '../domain/core-document.ts';
import { toEntitiesCsv, toGexf, toKnowledgeGraphJson } from '../domain/graph-formats.ts';
import { knowledgeGraphSchema, type KnowledgeGraph } from '../domain/knowledge.ts';
import { buildManifest } from '../domain/manifest.ts';
import { transcriptSchema } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { describeVideo } from './describe-video.ts';
import { readJson } from './stage-cache.ts';

export interface PublishResultsDependencies {
  store: ArtifactStore;
}

/**
 * See {@link VideoActivities.publishResults}. Layout after B3. The manifest comes last: where it is, all files
 * that it lists are.
 */
export const createPublishResults =
  ({ store }: PublishResultsDependencies): VideoActivities['publishResults'] =>
  (input) =>
    withHeartbeat(async () => {
      const { result, measure } = await measured(async () => ({
        manifest: await publish(store, input),
        cached: false,
      }));
      return { manifest: result.manifest, measure };
    });

async function publish(store: ArtifactStore, input: PublishResultsInput): Promise<ArtifactRef> {
  const { job, stages } = input;
  const completedAt = new Date().toISOString();
  const graph = input.graph && (await readJson(store, input.graph, knowledgeGraphSchema));
  const core = buildCoreDocument({
    job: { id: job.jobId, createdAt: job.createdAt, completedAt, notices: job.notices },
    video: await describeVideo(store, job),
    transcript: await readJson(store, input.transcript, transcriptSchema),
    graph,
    translations: await Promise.all(
      input.translations.map((translation) => readJson(store, translation, transcriptSchema)),
    ),
    analysis: input.analysis && (await readJson(store, input.analysis, analysisSchema)),
    stages,
  });
  const place = async (name: string, content: Uint8Array | string) => ({
    name,
    artifact: await store.put(`results/${job.userId}/${job.jobId}/${name}`, content),
  });
  const files = await Promise.all([
    place('core.json', JSON.stringify(core, null, 2)),
    ...(graph === null ? [] : graphFiles(graph, core.video)).map(([name, content]) => place(name, content)),
    ...input.files.map(async ({ name, artifact }) => place(name, await store.read(artifact))),
  ]);
  const { language, model, subtitles, translateTo } = job.settings;
  const manifest = buildManifest({
    jobId: job.jobId,
    completedAt,
    files,
    stages,
    parameters: {
      corrections: { ...input.revisions },
      transcribe: { language: language ?? 'detected', modelAskedFor: model ?? null },
      translate: { languages: translateTo ?? [] },
      subtitles: subtitles ?? {},
    },
  });
  return (await place('manifest.json', JSON.stringify(manifest, null, 2))).artifact;
}

const graphFiles = (graph: KnowledgeGraph, video: CoreDocument['video']): [string, string][] => [
  ['knowledge_graph.json', toKnowledgeGraphJson(graph)],
  ['graph.gexf', toGexf(graph, video)],
  ['entities.csv', toEntitiesCsv(graph)],
];
