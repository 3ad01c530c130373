import type { VideoActivities } from '../contracts/video-activities.ts';
import type { WriteReportInput } from '../contracts/video-result-steps.ts';
import { analyseTranscript } from '../domain/analysis.ts';
import { analysisSchema } from '../domain/core-document.ts';
import { knowledgeGraphSchema } from '../domain/knowledge.ts';
import { videoMetadataSchema } from '../domain/media.ts';
import { reportMarkdown } from '../domain/report.ts';
import { jobFolder } from '../domain/retention.ts';
import { transcriptSchema } from '../domain/transcript.ts';
import { withSpeakerNames } from '../domain/word-speakers.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { describeVideo } from './describe-video.ts';
import { readJson, type StageCache } from './stage-cache.ts';

export interface WriteReportDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

const VERSION = 3;

/**
 * See {@link VideoActivities.writeReport}. The analysis is cached; the page made of it also names the job's own
 * facts and is written each time.
 */
export const createWriteReport =
  ({ store, cache }: WriteReportDependencies): VideoActivities['writeReport'] =>
  (input) =>
    withHeartbeat(async () => {
      const { result, measure } = await measured(async () => {
        const transcript = withSpeakerNames(await readJson(store, input.transcript, transcriptSchema));
        const graph = input.graph && (await readJson(store, input.graph, knowledgeGraphSchema));
        const { artifact, cached } = await cache.json(
          {
            stage: 'report',
            version: VERSION,
            parameters: { salt: input.salt },
            inputs: [input.transcript.sha256, input.graph?.sha256 ?? '', input.job.metadata?.sha256 ?? ''],
          },
          async () => analyseTranscript(transcript, graph, await publisherChapters(store, input)),
        );
        const markdown = reportMarkdown({
          video: await describeVideo(store, input.job),
          transcript,
          graph,
          analysis: await readJson(store, artifact, analysisSchema),
          stages: input.stages,
          notices: input.job.notices,
        });
        const report = await store.put(`${jobFolder(input.job.userId, input.job.jobId)}/report.md`, markdown);
        return { report, analysis: artifact, cached };
      });
      return { report: result.report, analysis: result.analysis, measure };
    });

async function publisherChapters(store: ArtifactStore, { job }: WriteReportInput) {
  return job.metadata === null ? [] : (await readJson(store, job.metadata, videoMetadataSchema)).chapters;
}
