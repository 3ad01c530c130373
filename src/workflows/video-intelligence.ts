import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { JobFacts, NamedArtifact } from '../contracts/video-activities.ts';
import type { VideoJobInput, VideoJobResult } from '../contracts/video-intelligence.ts';
import { routeQueue, TASK_QUEUES } from '../contracts/task-queues.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { isTerminal } from '../domain/job.ts';
import { acquireAndTranscribe, type TranscribedAudio } from './acquire-and-transcribe.ts';
import { callActivity } from './activity-calls.ts';
import { VideoJob } from './video-job.ts';
import { jobErrorOf } from './job-failure.ts';
import { fetchMetadata } from './fetch-metadata.ts';
import { saltFor } from './redo-salt.ts';
import { runRequiredStep, runStep, SKIPPED } from './run-step.ts';
import { labelSpeakers, type LabelledTranscript } from './label-speakers.ts';
import { settle } from './settle.ts';
import { understand } from './understand.ts';

/**
 * A video to a transcript, entities, a graph, a report and subtitles (H4). The workflow id is the job id.
 *
 * Holds decisions only: data travels through the artifact store. Answers the queries `progress`, `acquired`
 * and `input`, takes the signals of SIGNALS, and ends completed, failed with an ApplicationFailure whose type
 * is an error code, or cancelled.
 */
export async function videoIntelligence(input: VideoJobInput): Promise<VideoJobResult> {
  const job = new VideoJob(input);
  void job.announce('job.started');
  try {
    const result = await runJob(job);
    job.end('completed');
    return result;
  } catch (error) {
    if (isCancellation(error)) job.end('cancelled');
    else job.end('failed', jobErrorOf(error, job.progress().stage));
    throw error;
  } finally {
    await announceEnd(job);
    await removeScratch(job);
    await recordOutcome(job);
    await settle(job);
  }
}

async function runJob(job: VideoJob): Promise<VideoJobResult> {
  const metadata = await fetchMetadata(job);
  job.enter('acquire');
  const audio = await acquireAndTranscribe(job, metadata?.metadata ?? null);
  noteWhatIsMissing(job, audio);
  job.enter('merge');
  const merged = await runRequiredStep(job, {
    stage: 'merge',
    activity: 'mergeTranscript',
    input: () => ({
      durationSeconds: audio.durationSeconds,
      language: audio.language ?? 'und',
      chunks: audio.chunks,
      salt: saltFor(job, 'merge'),
    }),
    summary: `${audio.chunks.length} chunks on one clock`,
  });
  const labelled = await labelSpeakers(job, merged, audio.voices);
  const graph = await understand(job, labelled);
  const facts = (): JobFacts => ({
    jobId: job.input.jobId,
    userId: job.input.userId,
    source: job.input.source,
    metadata: metadata?.metadata ?? null,
    durationSeconds: audio.durationSeconds,
    route: job.route,
    createdAt: job.createdAt,
    notices: job.notices,
    settings: job.settings,
  });
  return writeResults(job, { facts, labelled, graph });
}

interface Material {
  facts: () => JobFacts;
  labelled: LabelledTranscript;
  graph: ArtifactRef | null;
}

async function writeResults(job: VideoJob, { facts, labelled, graph }: Material): Promise<VideoJobResult> {
  const { transcript } = labelled;
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
  job.enter('subtitles');
  const subtitles = await runRequiredStep(job, {
    stage: 'subtitles',
    activity: 'writeSubtitles',
    input: () => ({
      transcript,
      settings: job.settings.subtitles ?? {},
      salt: saltFor(job, 'subtitles'),
    }),
    summary: 'transcript and subtitles',
  });
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
      files: [...subtitles.files, ...labelled.files, ...reportFiles],
      stages: job.ledger.records(),
    }),
    summary: 'core.json, all files and the manifest',
  });
  return { manifest: published.manifest, notices: job.notices };
}

/** Nobody speaking is a result, not a failure. */
function noteWhatIsMissing(job: VideoJob, audio: TranscribedAudio): void {
  if (!audio.hasAudio) job.notices.push('This video has no audio track, so there is nothing to transcribe.');
  else if (audio.chunks.length === 0) job.notices.push('No speech was found in this video.');
}

const EVENT_OF_END = { completed: 'job.complete', failed: 'job.failed', cancelled: 'job.cancelled' } as const;

async function announceEnd(job: VideoJob): Promise<void> {
  const { state, error } = job;
  if (isTerminal(state)) await job.announce(EVENT_OF_END[state], error);
}

/** Whatever the end of the job. A host that cannot be reached keeps its scratch until a worker starts there. */
async function removeScratch(job: VideoJob): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    callActivity(
      'removeScratch',
      { jobId: job.input.jobId },
      { taskQueue: routeQueue(job.route), summary: 'remove scratch files', priority: job.priority },
    ).catch(() => undefined),
  );
}

/** Whatever the end of the job. What the storage does not take now is removed by retention later. */
async function recordOutcome(job: VideoJob): Promise<void> {
  const { jobId, userId, source } = job.input;
  const { state: status, stage, title, durationSeconds, startedAt, error, notices } = job.progress();
  const endedAt = new Date().toISOString();
  const outcome = {
    status,
    stage,
    title,
    durationSeconds,
    startedAt: startedAt ?? endedAt,
    endedAt,
    error,
    notices,
  };
  await CancellationScope.nonCancellable(() =>
    callActivity(
      'recordOutcome',
      { jobId, userId, source, outcome },
      { taskQueue: TASK_QUEUES.control, summary: `write down that it ${status}`, priority: job.priority },
    ).catch(() => undefined),
  );
}
