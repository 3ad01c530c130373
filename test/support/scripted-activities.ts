import { activityInfo, Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { currentWorkflow } from '../../src/activities/workflow-link.ts';
import type { StepMeasure } from '../../src/contracts/measured.ts';
import type { TranscribeChunkInput } from '../../src/contracts/video-speech-steps.ts';
import type { VideoActivities } from '../../src/contracts/video-activities.ts';
import { artifactKey, type ArtifactRef } from '../../src/domain/artifact.ts';
import type { AudioChunk } from '../../src/domain/audio-chunk.ts';
import type { ErrorCode } from '../../src/domain/errors.ts';

/** A reference that looks stored; scripted activities never read it. */
export const reference = (name: string): ArtifactRef => ({
  uri: `artifact:${name}`,
  sha256: '0'.repeat(64),
  bytes: 1,
});

export const chunkOf = (index: number, seconds: number, speechSeconds = seconds): AudioChunk => ({
  index,
  start: index * seconds,
  end: (index + 1) * seconds,
  speechSeconds,
  audio: reference(`audio/${index}.flac`),
  speechRegions: reference(`audio/${index}.regions.json`),
});

export const failure = (code: ErrorCode): ApplicationFailure =>
  ApplicationFailure.create({ type: code, message: `scripted ${code}`, nonRetryable: true });

/** One call of an activity, as it happened. */
export interface Call {
  activity: keyof VideoActivities;
  taskQueue: string;
  input: unknown;
}

/** What the scripted video is like; overrides replace single steps. */
export interface Script {
  /** What the page says; null: unknown. */
  statedDurationSeconds: number | null;
  title?: string;
  chunks: AudioChunk[];
  overrides?: Partial<VideoActivities>;
  /** Told of every call when it begins. */
  onCall?: (activity: string) => void;
}

/**
 * Activities that do no work, for testing what the workflow decides. They record every call with the task
 * queue that it ran on. The real activities are tested with real components elsewhere.
 */
export function scriptedActivities(script: Script): { activities: VideoActivities; calls: Call[] } {
  const calls: Call[] = [];
  const measure = (): StepMeasure => ({
    seconds: 0.1,
    attempt: activityInfo().attempt,
    cached: false,
    model: null,
    costUsd: 0,
  });
  const durationSeconds = script.chunks.at(-1)?.end ?? 0;
  const defaults: VideoActivities = {
    fetchMetadata: () =>
      Promise.resolve({
        title: script.title ?? 'A scripted talk',
        durationSeconds: script.statedDurationSeconds,
        metadata: reference('metadata.json'),
        measure: measure(),
      }),
    acquireAudio: async ({ stopFromSeconds }) => {
      const workflow = currentWorkflow();
      const { chunkCount } = await workflow.acquired();
      for (const chunk of script.chunks.slice(chunkCount)) {
        if (stopFromSeconds !== null && chunk.end >= stopFromSeconds) {
          return {
            complete: false,
            durationSeconds: chunk.end,
            hasAudio: true,
            measure: measure(),
          };
        }
        await workflow.chunksReady([chunk]);
      }
      return {
        complete: true,
        durationSeconds,
        hasAudio: true,
        measure: measure(),
      };
    },
    transcribeChunk: ({ chunk }: TranscribeChunkInput) =>
      Promise.resolve({
        transcript: reference(`transcripts/${chunk.index}.json`),
        language: 'en',
        languageProbability: 0.98,
        measure: { ...measure(), model: 'scripted' },
      }),
    embedSpeakers: ({ chunk }) =>
      Promise.resolve({ voices: reference(`voices/${chunk.index}.json`), measure: measure() }),
    labelSpeakers: ({ transcript, chunks }) =>
      Promise.resolve({
        transcript,
        segmentCount: chunks.length * 20,
        diarization: reference('diarization.json'),
        speakerCount: 2,
        measure: measure(),
      }),
    keepGround: () => Promise.resolve({ measure: measure() }),
    openGround: () =>
      Promise.resolve({
        found: {
          transcript: reference('transcript.json'),
          spokenChunks: script.chunks
            .filter(({ speechSeconds }) => speechSeconds > 0)
            .map(({ start, audio }) => ({ start, audioKey: artifactKey(audio) })),
          fingerprint: 'scripted',
          segmentCount: script.chunks.length * 20,
          diarization: reference('diarization.json'),
          metadata: reference('metadata.json'),
          durationSeconds,
        },
        title: script.title ?? 'A scripted talk',
        route: 'short',
        notices: [],
        stages: [],
        measure: measure(),
      }),
    applyCorrections: ({ found: { transcript, segmentCount } }) =>
      Promise.resolve({
        ...{ transcript, segmentCount },
        files: [{ name: 'speakers.rttm', artifact: reference('speakers.rttm') }],
        revisions: { corrections: 0, imports: 0 },
        measure: measure(),
      }),
    mergeTranscript: ({ chunks }) =>
      Promise.resolve({
        transcript: reference('transcript.json'),
        segmentCount: chunks.length * 20,
        measure: measure(),
      }),
    extractEntities: () =>
      Promise.resolve({
        extraction: reference('extraction.json'),
        languageSupported: true,
        measure: measure(),
      }),
    buildGraph: () =>
      Promise.resolve({
        graph: reference('graph.json'),
        measure: measure(),
      }),
    writeReport: () =>
      Promise.resolve({
        report: reference('report.md'),
        analysis: reference('analysis.json'),
        measure: measure(),
      }),
    translateSegments: ({ to, window }) =>
      Promise.resolve({ translated: reference(`${to}/${window.start}.json`), measure: measure() }),
    joinTranslation: ({ language }) =>
      Promise.resolve({
        transcript: reference(`${language}.json`),
        translatedCount: 20,
        measure: measure(),
      }),
    writeSubtitles: ({ language }) => {
      const name = language === null ? 'transcript.srt' : `transcript.${language}.srt`;
      return Promise.resolve({ files: [{ name, artifact: reference(name) }], measure: measure() });
    },
    publishResults: () => Promise.resolve({ manifest: reference('manifest.json'), measure: measure() }),
    removeScratch: () => Promise.resolve(),
    recordOutcome: () => Promise.resolve(),
  };
  const merged = { ...defaults, ...script.overrides };
  const recorded = Object.fromEntries(
    Object.entries(merged).map(([name, run]) => [
      name,
      (input: never) => {
        script.onCall?.(name);
        calls.push({ activity: name as keyof VideoActivities, taskQueue: activityInfo().taskQueue, input });
        return (run as (input: never) => Promise<unknown>)(input);
      },
    ]),
  );
  return { activities: recorded as unknown as VideoActivities, calls };
}

/** A first step that waits until the test has told the job what it has to tell: scripted jobs are quick. */
export function heldFirstStep(
  script: Pick<Script, 'statedDurationSeconds'>,
): Pick<VideoActivities, 'fetchMetadata'> & { begin: () => void } {
  const { activities } = scriptedActivities({ ...script, chunks: [] });
  const told = Promise.withResolvers<void>();
  return {
    fetchMetadata: async (input) => {
      await told.promise;
      return activities.fetchMetadata(input);
    },
    begin: told.resolve,
  };
}

/** Heartbeats until cancelled, then rejects as a real step does. */
export async function untilCancelled(): Promise<never> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), 100);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(timer);
  }
}
