import type { ApplyCorrectionsResult } from '../contracts/video-correction-steps.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { allOrCancel } from './task-group.ts';
import type { VideoJob } from './video-job.ts';
import { saltFor } from './redo-salt.ts';
import { runStep, SKIPPED } from './run-step.ts';

/** Segments of one extraction: minutes of speech, so that a window is a few seconds of work. */
const SEGMENTS_PER_WINDOW = 300;

type Spoken = Pick<ApplyCorrectionsResult, 'transcript' | 'segmentCount'>;

/** Entities and relations of the transcript, joined into one graph; null where skipped. */
export async function understand(
  job: VideoJob,
  { transcript, segmentCount }: Spoken,
): Promise<ArtifactRef | null> {
  const extractions = await extractAll(job, { transcript, segmentCount });
  if (extractions === null) return null;
  job.enter('graph');
  const result = await runStep(job, {
    stage: 'graph',
    activity: 'buildGraph',
    input: () => ({ transcript, extractions, salt: saltFor(job, 'graph') }),
    summary: `knowledge graph over ${segmentCount} segments`,
  });
  return result === SKIPPED ? null : result.graph;
}

async function extractAll(
  job: VideoJob,
  { transcript, segmentCount }: Spoken,
): Promise<ArtifactRef[] | null> {
  job.enter('entities');
  const windows = Array.from({ length: Math.ceil(segmentCount / SEGMENTS_PER_WINDOW) }, (_, index) => ({
    fromSegment: index * SEGMENTS_PER_WINDOW,
    toSegment: Math.min((index + 1) * SEGMENTS_PER_WINDOW, segmentCount),
  }));
  job.countWindows(windows.length);
  const results = await allOrCancel(
    windows.map((window, index) => async () => {
      const result = await runStep(job, {
        stage: 'entities',
        activity: 'extractEntities',
        input: () => ({ transcript, ...window, salt: saltFor(job, 'entities') }),
        summary: `entities ${index + 1}/${windows.length} · segments ${window.fromSegment + 1}–${window.toSegment}`,
      });
      job.counts.windowsDone += 1;
      job.publish();
      return result;
    }),
  );
  const kept = results.filter((result) => result !== SKIPPED);
  if (kept.length < results.length) return null;
  if (kept.some((result) => !result.languageSupported)) {
    job.notices.push('There is no entity model for this language, so entities and relations are missing.');
  }
  return kept.map((result) => result.extraction);
}
