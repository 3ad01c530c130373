import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { DownloadActivities } from '../../src/contracts/download-activities.ts';
import { downloadQueue } from '../../src/contracts/task-queues.ts';
import type { AcquireAudioInput } from '../../src/contracts/video-source-steps.ts';
import type { StepMeasure } from '../../src/contracts/measured.ts';
import type { VideoJobInput } from '../../src/contracts/video-intelligence.ts';
import type { SourceLocator } from '../../src/domain/media.ts';
import { chunkOf, reference, scriptedActivities, type Script } from './scripted-activities.ts';
import { jobInput, withJob, type RunningJob } from './workflow-harness.ts';

const PAGE = { kind: 'url', url: 'https://example.org/talk' } satisfies SourceLocator;
export const UPLOAD: SourceLocator = {
  ...{ kind: 'upload', key: 'uploads/ada/upload_1/media', fileName: 'sound.flac' },
};
const MEASURE: StepMeasure = { seconds: 1, attempt: 1, cached: false, model: null, costUsd: 0 };

/** What the user's machine is asked for. */
type Asked = keyof DownloadActivities;

/** A job of Ada's whose machine is there, and what that was asked for. */
export async function withMachine(
  environment: TestWorkflowEnvironment,
  script: Script,
  input: Partial<VideoJobInput>,
  body: (job: RunningJob, asked: Asked[]) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  const activities: Omit<DownloadActivities, 'downloadPlaylist'> = {
    downloadMetadata: async () => {
      asked.push('downloadMetadata');
      return {
        ...{ title: 'A talk', durationSeconds: 60, metadata: reference('metadata.json'), measure: MEASURE },
      };
    },
    downloadAudio: async ({ source }) => {
      asked.push('downloadAudio');
      if (source.kind !== 'url' || source.url !== PAGE.url) throw new Error('Another page was asked for.');
      return { source: UPLOAD, measure: MEASURE };
    },
  };
  const machine = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: downloadQueue('ada'),
    activities,
  });
  await machine.runUntil(
    withJob(
      environment,
      script,
      (job) => body(job, asked),
      jobInput({ userId: 'ada', source: PAGE, ...input }),
    ),
  );
}

/** Acquires what it is given; of a video that is not there yet it knows nothing, or all. */
export function acquiring({ isKnown }: { isKnown: boolean }): {
  script: Script;
  sources: (SourceLocator | null)[];
} {
  const sources: (SourceLocator | null)[] = [];
  const chunks = [chunkOf(0, 60)];
  const { acquireAudio } = scriptedActivities({ statedDurationSeconds: 60, chunks }).activities;
  const script: Script = {
    ...{ statedDurationSeconds: 60, chunks },
    overrides: {
      acquireAudio: (given: AcquireAudioInput) => {
        sources.push(given.source);
        if (given.source !== null || isKnown) return acquireAudio(given);
        const nothing = { complete: false, durationSeconds: 0, hasAudio: false };
        return Promise.resolve({ ...nothing, needsMedia: true, measure: MEASURE });
      },
    },
  };
  return { script, sources };
}
