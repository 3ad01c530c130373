import { z } from 'zod';
import type { AcquireAudioInput } from '../contracts/video-source-steps.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import type { AcquiredAudio } from '../contracts/video-intelligence.ts';
import { artifactKey } from '../domain/artifact.ts';
import { audioChunkSchema, type AudioChunk } from '../domain/audio-chunk.ts';
import type { ClipScribeError } from '../domain/errors.ts';
import { BYTES_PER_SECOND, videoMetadataSchema, type SourceLocator } from '../domain/media.ts';
import { checkDuration, checkMediaFacts, type MediaLimits } from '../domain/media-check.ts';
import type { StageKeyParts } from '../domain/stage-key.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { fetchable } from '../ports/kept-addresses.ts';
import type { MediaTool } from '../ports/media-tool.ts';
import type { SpeechDetector } from '../ports/speech-models.ts';
import type { ArrivingMedia, VideoSource } from '../ports/video-source.ts';
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
  needsMedia?: boolean;
  durationSeconds: number;
  hasAudio: boolean;
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
          const stored = key && (await findStored(dependencies, key));
          const limits = { ...dependencies.limits, longestVideo: input.longestVideo };
          if (stored) {
            refuse(checkDuration(stored.durationSeconds, limits));
            return deliverStored(stored, input, workflow);
          }
          const { source } = input;
          if (source === null) return nothingYet(workflow);
          const { acquisition, ...acquired } = await acquire(
            { ...dependencies, limits },
            { input: { ...input, source }, workflow, report, signal },
          );
          if (acquisition && key) await dependencies.cache.json(key, () => Promise.resolve(acquisition));
          return acquired;
        });
        const { complete, durationSeconds, hasAudio, needsMedia = false } = result;
        return { complete, durationSeconds, hasAudio, ...(needsMedia && { needsMedia }), measure };
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

/**
 * What acquiring ended with before; undefined also where retention has removed chunks of it, which may be older than
 * the list of them.
 */
async function findStored(
  { cache, store }: Pick<AcquireAudioDependencies, 'cache' | 'store'>,
  key: StageKeyParts,
): Promise<Acquisition | undefined> {
  const stored = await cache.find(key, acquisitionSchema);
  if (stored === undefined) return undefined;
  const references = stored.chunks.flatMap(({ audio, speechRegions }) => [audio, speechRegions]);
  const found = await Promise.all(references.map((reference) => store.inspect(artifactKey(reference))));
  return found.includes(undefined) ? undefined : stored;
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
  return { complete, durationSeconds, hasAudio, cached: true };
}

/** Somebody else has to bring it: nothing is known of it yet. */
async function nothingYet(workflow: WorkflowLink): Promise<Outcome> {
  const { endSeconds } = await workflow.acquired();
  const nothing = { complete: false, hasAudio: false, cached: false };
  return { ...nothing, needsMedia: true, durationSeconds: endSeconds };
}

interface Attempt {
  input: AcquireAudioInput & { source: SourceLocator };
  workflow: WorkflowLink;
  report: (details: AcquireCheckpoint) => void;
  signal: AbortSignal;
}

/** Opens the media and cuts what arrives; the download has ended when this does, however that may be. */
async function acquire(
  dependencies: AcquireAudioDependencies,
  attempt: Attempt,
): Promise<Outcome & { acquisition?: Acquisition }> {
  const { sources, scratch, store } = dependencies;
  const { input, workflow, report } = attempt;
  const end = new AbortController();
  const signal = AbortSignal.any([attempt.signal, end.signal]);
  const position = await workflow.acquired();
  const checkpoint: AcquireCheckpoint = {
    acquiredSeconds: position.endSeconds,
    receivedBytes: 0,
    totalBytes: null,
  };
  const locator = await fetchable(store, input.source);
  const source = await pickSource(sources, locator, signal);
  const media = await source.openAudio(locator, {
    workDirectory: await scratch.folder(input.jobId),
    signal,
    onProgress: (progress) => report(Object.assign(checkpoint, progress)),
  });
  try {
    return await cutArriving(dependencies, { ...attempt, signal, media, position, checkpoint });
  } finally {
    // Whoever stops reading early must stop the download too.
    end.abort();
    await Promise.allSettled([media.completed]);
  }
}

interface Arrival extends Attempt {
  media: ArrivingMedia;
  position: AcquiredAudio;
  checkpoint: AcquireCheckpoint;
}

/** Decodes, cuts and delivers, from where earlier attempts stopped. */
async function cutArriving(
  dependencies: AcquireAudioDependencies,
  { input, workflow, report, signal, media, position, checkpoint }: Arrival,
): Promise<Outcome & { acquisition?: Acquisition }> {
  const { mediaTool, scratch, limits } = dependencies;
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
      refuse(checkMediaFacts(facts, limits));
      Object.assign(known, facts);
      return facts.hasAudio && !isForOtherRoute();
    },
  });
  for await (const pcm of decoding) {
    decodedSeconds += pcm.length / BYTES_PER_SECOND;
    // Where nobody said how long it is, or too little.
    refuse(checkDuration(decodedSeconds, limits));
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
  const outcome = { complete, durationSeconds, hasAudio, cached: false };
  // Only an attempt that saw all chunks can store the list of them.
  const sawAll = complete && position.chunkCount === 0;
  return sawAll ? { ...outcome, acquisition: { durationSeconds, hasAudio, chunks } } : outcome;
}

function refuse(refusal: ClipScribeError | undefined): void {
  if (refusal !== undefined) throw refusal;
}
