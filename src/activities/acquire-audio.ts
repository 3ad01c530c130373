import { z } from 'zod';
import type { AcquireAudioInput, VideoActivities } from '../contracts/video-activities.ts';
import { audioChunkSchema, type AudioChunk } from '../domain/audio-chunk.ts';
import { BYTES_PER_SECOND, videoMetadataSchema } from '../domain/media.ts';
import { checkMediaFacts, type MediaLimits } from '../domain/media-check.ts';
import type { StageKeyParts } from '../domain/stage-key.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { MediaTool } from '../ports/media-tool.ts';
import type { SpeechDetector } from '../ports/speech-models.ts';
import type { VideoSource } from '../ports/video-source.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { ChunkCutter } from './chunk-cutter.ts';
import { decodeArriving } from './decode-arriving.ts';
import { pickSource } from './pick-source.ts';
import type { Scratch } from './scratch.ts';
import { readJson, type StageCache } from './stage-cache.ts';
import { currentWorkflow, type WorkflowLink } from './workflow-link.ts';

export interface AcquireAudioDependencies {
  sources: readonly VideoSource[];
  mediaTool: MediaTool;
  speechDetector: SpeechDetector;
  store: ArtifactStore;
  cache: StageCache;
  scratch: Scratch;
  limits: MediaLimits;
}

/** Raised when the chunk plan or the decoding changes. */
const VERSION = 1;
/** Chunks of one signal, so that a signal stays small. */
const CHUNKS_PER_SIGNAL = 50;

/** What acquiring ends with; stored, so that the same media is fetched and cut once. */
const acquisitionSchema = z.object({
  durationSeconds: z.number(),
  hasAudio: z.boolean(),
  chunks: z.array(audioChunkSchema),
});
type Acquisition = z.infer<typeof acquisitionSchema>;

interface Outcome {
  complete: boolean;
  durationSeconds: number;
  hasAudio: boolean;
  chunkCount: number;
  cached: boolean;
}

interface KnownFacts {
  hasAudio: boolean;
  durationSeconds: number | null;
}

/** Heartbeat details: for people and for progress; the workflow's history is what a next attempt goes on from. */
export interface AcquireCheckpoint {
  acquiredSeconds: number;
  receivedBytes: number;
  totalBytes: number | null;
}

/** See {@link VideoActivities.acquireAudio}. */
export const createAcquireAudio =
  (dependencies: AcquireAudioDependencies): VideoActivities['acquireAudio'] =>
  (input) =>
    withHeartbeat<AcquireCheckpoint, Awaited<ReturnType<VideoActivities['acquireAudio']>>>(
      async ({ report, signal }) => {
        const workflow = currentWorkflow();
        const { result, measure } = await measured(async () => {
          const key = await cacheKey(dependencies.store, input);
          const stored = key && (await dependencies.cache.find(key, acquisitionSchema));
          if (stored) return deliverStored(stored, input, workflow);
          const { acquisition, ...acquired } = await abortingAtEnd(signal, (ownSignal) =>
            acquire(dependencies, { input, workflow, report, signal: ownSignal }),
          );
          if (acquisition && key) await dependencies.cache.json(key, () => Promise.resolve(acquisition));
          return acquired;
        });
        const { complete, durationSeconds, hasAudio, chunkCount } = result;
        return { complete, durationSeconds, hasAudio, chunkCount, measure };
      },
      // Hours of download are not in hand: the next attempt goes on where this one stops.
      { finishesWhenParked: false },
    );

/** Undefined where the source cannot tell whether its media is still the same. */
async function cacheKey(store: ArtifactStore, input: AcquireAudioInput): Promise<StageKeyParts | undefined> {
  if (input.metadata === null) return undefined;
  const { fingerprint } = await readJson(store, input.metadata, videoMetadataSchema);
  if (fingerprint === null) return undefined;
  return { stage: 'acquire', version: VERSION, parameters: { fingerprint, salt: input.salt }, inputs: [] };
}

async function deliverStored(
  stored: Acquisition,
  { stopFromSeconds }: AcquireAudioInput,
  workflow: WorkflowLink,
): Promise<Outcome> {
  const { durationSeconds, hasAudio, chunks } = stored;
  const complete = stopFromSeconds === null || durationSeconds < stopFromSeconds;
  const { chunkCount } = await workflow.acquired();
  const missing = complete ? chunks.slice(chunkCount) : [];
  for (let first = 0; first < missing.length; first += CHUNKS_PER_SIGNAL) {
    await workflow.chunksReady(missing.slice(first, first + CHUNKS_PER_SIGNAL));
  }
  return { complete, durationSeconds, hasAudio, chunkCount: chunkCount + missing.length, cached: true };
}

interface Attempt {
  input: AcquireAudioInput;
  workflow: WorkflowLink;
  report: (details: AcquireCheckpoint) => void;
  signal: AbortSignal;
}

/** Whoever stops reading early must stop the download too: `work` gets a signal that is aborted when it ends. */
async function abortingAtEnd<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  try {
    return await work(AbortSignal.any([signal, end.signal]));
  } finally {
    end.abort();
  }
}

async function acquire(
  dependencies: AcquireAudioDependencies,
  { input, workflow, report, signal }: Attempt,
): Promise<Outcome & { acquisition?: Acquisition }> {
  const { sources, mediaTool, scratch } = dependencies;
  const position = await workflow.acquired();
  const checkpoint: AcquireCheckpoint = {
    acquiredSeconds: position.endSeconds,
    receivedBytes: 0,
    totalBytes: null,
  };
  const source = await pickSource(sources, input.source, signal);
  const media = await source.openAudio(input.source, {
    workDirectory: await scratch.folder(input.jobId),
    signal,
    onProgress: (progress) => report(Object.assign(checkpoint, progress)),
  });
  const stop = input.stopFromSeconds ?? Infinity;
  const cutter = new ChunkCutter(dependencies, { ...position, signal });
  const chunks: AudioChunk[] = [];
  const deliver = async (isLast: boolean): Promise<void> => {
    for await (const chunk of cutter.cut({ isLast })) {
      await workflow.chunksReady([chunk]);
      chunks.push(chunk);
      report(Object.assign(checkpoint, { acquiredSeconds: chunk.end }));
    }
  };
  const known: KnownFacts = { hasAudio: true, durationSeconds: null };
  let decodedSeconds = 0;
  const isForOtherRoute = (): boolean => Math.max(decodedSeconds, known.durationSeconds ?? 0) >= stop;
  const decoding = decodeArriving(media, mediaTool, {
    signal,
    onFacts: (facts) => {
      const refusal = checkMediaFacts(facts, dependencies.limits);
      if (refusal !== undefined) throw refusal;
      Object.assign(known, facts);
      return facts.hasAudio && !isForOtherRoute();
    },
  });
  for await (const pcm of decoding) {
    decodedSeconds += pcm.length / BYTES_PER_SECOND;
    cutter.append(pcm);
    await deliver(false);
    if (isForOtherRoute()) break;
  }
  const { hasAudio } = known;
  const complete = !isForOtherRoute();
  // Decoded to its end, the audio itself tells how long it is; the container may say otherwise.
  const durationSeconds =
    complete && hasAudio ? decodedSeconds : Math.max(decodedSeconds, known.durationSeconds ?? 0);
  if (complete) {
    await deliver(true);
    await scratch.remove(input.jobId);
  }
  const chunkCount = position.chunkCount + chunks.length;
  const outcome = { complete, durationSeconds, hasAudio, chunkCount, cached: false };
  // Only an attempt that saw all chunks can store the list of them.
  const sawAll = complete && position.chunkCount === 0;
  return sawAll ? { ...outcome, acquisition: { durationSeconds, hasAudio, chunks } } : outcome;
}
