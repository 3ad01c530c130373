import type { ApplyCorrectionsResult, FoundSpeech } from '../contracts/video-correction-steps.ts';
import type { JobFacts } from '../contracts/video-result-steps.ts';
import type { NamedArtifact } from '../contracts/job-results.ts';
import type { VideoJobResult } from '../contracts/video-intelligence.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { SpokenChunk } from '../domain/ground.ts';
import { saltFor } from './redo-salt.ts';
import { runRequiredStep, runStep, SKIPPED } from './run-step.ts';
import { translate, type Translation } from './translate.ts';
import { understand } from './understand.ts';
import type { VideoJob } from './video-job.ts';

/** The transcript that later steps work on, and the files that tell who spoke when. */
export type CorrectedTranscript = Pick<
  ApplyCorrectionsResult,
  'transcript' | 'segmentCount' | 'files' | 'revisions'
>;

/** All results of what was found in a video, as corrected as it is now. */
export async function writeResults(job: VideoJob, found: FoundSpeech): Promise<VideoJobResult> {
  const { jobId, userId, source } = job.input;
  job.enter('corrections');
  const corrected = await runRequiredStep(job, {
    stage: 'corrections',
    activity: 'applyCorrections',
    input: () => ({ jobId, userId, found }),
    summary: 'corrections of words and speakers',
  });
  const graph = await understand(job, corrected);
  const facts = (): JobFacts => ({
    ...{ jobId, userId, source },
    metadata: found.metadata,
    durationSeconds: found.durationSeconds,
    route: job.route,
    createdAt: job.createdAt,
    notices: job.notices,
    settings: job.settings,
  });
  return writeFiles(job, { facts, corrected, graph, spokenChunks: found.spokenChunks });
}

interface Material {
  facts: () => JobFacts;
  corrected: CorrectedTranscript;
  graph: ArtifactRef | null;
  spokenChunks: SpokenChunk[];
}

async function writeFiles(
  job: VideoJob,
  { facts, corrected, graph, spokenChunks }: Material,
): Promise<VideoJobResult> {
  const { transcript, segmentCount } = corrected;
  job.enter('report');
  const report = await runStep(job, {
    stage: 'report',
    activity: 'writeReport',
    input: () => ({
      job: facts(),
      transcript,
      graph,
      stages: job.ledger.records(),
      salt: saltFor(job, 'report'),
    }),
    summary: 'summary, chapters, quotes and report.md',
  });
  const translations = await translate(job, { transcript, segmentCount, graph, spokenChunks });
  job.enter('subtitles');
  const subtitles = await writeSubtitles(job, transcript, translations);
  job.enter('publish');
  const reportFiles: NamedArtifact[] =
    report === SKIPPED ? [] : [{ name: 'report.md', artifact: report.report }];
  const published = await runRequiredStep(job, {
    stage: 'publish',
    activity: 'publishResults',
    input: () => ({
      job: facts(),
      transcript,
      graph,
      analysis: report === SKIPPED ? null : report.analysis,
      translations: translations.map((translation) => translation.transcript),
      files: [...subtitles, ...corrected.files, ...reportFiles],
      ...(corrected.revisions && { revisions: corrected.revisions }),
      stages: job.ledger.records(),
    }),
    summary: 'core.json, all files and the manifest',
  });
  return { manifest: published.manifest, notices: job.notices };
}

/** The files of the transcript and of its translations. */
async function writeSubtitles(
  job: VideoJob,
  transcript: ArtifactRef,
  translations: readonly Translation[],
): Promise<NamedArtifact[]> {
  const files: NamedArtifact[] = [];
  for (const one of [{ language: null, transcript }, ...translations]) {
    const written = await runRequiredStep(job, {
      stage: 'subtitles',
      activity: 'writeSubtitles',
      input: () => ({ ...one, settings: job.settings.subtitles ?? {}, salt: saltFor(job, 'subtitles') }),
      summary: `transcript and subtitles${one.language === null ? '' : ` · ${one.language}`}`,
    });
    files.push(...written.files);
  }
  return files;
}
