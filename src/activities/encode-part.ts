import { Context } from '@temporalio/activity';
import type { AcquiredClip, EncodePartInput, ReelActivities } from '../contracts/reel-activities.ts';
import { toAss } from '../domain/ass.ts';
import { partProgress, type PartProgress } from '../domain/part-progress.ts';
import { captionSettings, partCaptions } from '../domain/reel-captions.ts';
import { secondsOf, type ReelPart, type Stretch } from '../domain/reel-part.ts';
import type { JsonValue, StageKeyParts } from '../domain/stage-key.ts';
import { subtitleRules } from '../domain/subtitle-rules.ts';
import { titleCard } from '../domain/title-card.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { ClipFile, EncodedPart, ReelTool, WrittenSeconds } from '../ports/reel-tool.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import type { ClipFiles } from './clip-files.ts';
import { readTranscripts } from './clip-transcripts.ts';
import type { Scratch } from './scratch.ts';
import type { StageCache } from './stage-cache.ts';

export interface EncodePartDependencies {
  clipFiles: ClipFiles;
  reelTool: ReelTool;
  store: ArtifactStore;
  cache: StageCache;
  scratch: Scratch;
}

/** Raised when the same part comes out differently. */
const VERSION = 3;
/** More than the highest rate of any compression, sound included. */
const BYTES_PER_SECOND = 7e6;

interface Attempt {
  report: (progress: PartProgress) => void;
  signal: AbortSignal;
}

/** See {@link ReelActivities.encodePart}. */
export const createEncodePart =
  (dependencies: EncodePartDependencies): ReelActivities['encodePart'] =>
  (input) =>
    withHeartbeat<PartProgress, Awaited<ReturnType<ReelActivities['encodePart']>>>(async (attempt) => {
      const { result, measure } = await measured(() => encodePart(dependencies, input, attempt));
      const { video, audio, notices } = result;
      return { video, audio, notices, measure };
    });

async function encodePart(dependencies: EncodePartDependencies, input: EncodePartInput, attempt: Attempt) {
  const { cache, store, scratch } = dependencies;
  const overlay = await overlayOf(store, input);
  const key = cacheKey(input, overlay);
  const keys = { video: cache.key(key, 'mp4'), audio: cache.key(key, 'm4a') };
  const makesVideo = input.part.kind !== 'copy';
  const storedAudio = await store.find(keys.audio);
  const storedVideo = makesVideo ? await store.find(keys.video) : undefined;
  if (storedAudio !== undefined && (storedVideo !== undefined || !makesVideo))
    return { video: storedVideo ?? null, audio: storedAudio, notices: [], cached: true };
  // A reel may show the same stretch twice, and both at once must not write to the same files.
  const folder = await scratch.attemptFolder(input.jobId, `part-${Context.current().info.activityId}`);
  try {
    const encoded = await encode(dependencies, input, { ...attempt, overlay, workDirectory: folder.path });
    const { videoPath, audioPath, notices } = encoded;
    const video = videoPath === null ? null : await store.put(keys.video, { scratchFile: videoPath });
    return { video, audio: await store.put(keys.audio, { scratchFile: audioPath }), notices, cached: false };
  } finally {
    await folder.remove();
  }
}

async function encode(
  { clipFiles, reelTool, scratch }: EncodePartDependencies,
  { jobId, part, format, settings, clips }: EncodePartInput,
  { report, signal, overlay, workDirectory }: Attempt & { overlay: string | null; workDirectory: string },
): Promise<EncodedPart> {
  const seconds = secondsOf(part.frames, format);
  scratch.requireRoom(seconds * BYTES_PER_SECOND);
  const files = new Map<number, ClipFile>();
  for (const numbered of clips) {
    const { filePath } = await clipFiles.fetch(numbered, { jobId, signal });
    files.set(numbered.index, { filePath, facts: numbered.facts });
  }
  const onProgress = (written: WrittenSeconds): void => report(partProgress(written, seconds));
  const order = { part, format, settings, files, overlay };
  return reelTool.encode(order, { workDirectory, signal, onProgress });
}

/** What is drawn over the picture of a part: its title, or its subtitles. */
async function overlayOf(
  store: ArtifactStore,
  { part, format, settings, clips }: EncodePartInput,
): Promise<string | null> {
  if (part.kind === 'card') return titleCard(part.title, format);
  if (settings.subtitles !== 'burned') return null;
  const transcripts = await readTranscripts(store, clips);
  const cues = partCaptions(part, { format, settings, transcripts });
  if (cues.length === 0) return null;
  const language = [...transcripts.values()][0]?.language ?? 'und';
  return toAss(cues, { language, placement: subtitleRules(captionSettings(settings), language).placement });
}

function cacheKey(
  { jobId, part, format, settings, clips }: EncodePartInput,
  overlay: string | null,
): StageKeyParts {
  const { framing, compression } = settings;
  return {
    stage: 'encode',
    version: VERSION,
    parameters: {
      part: { ...part, ...stretchesByContent(part, clips, jobId) } as unknown as JsonValue,
      ...{ format, framing, compression, overlay },
    },
    inputs: [],
  };
}

/** The same stretch of the same media is the same work, wherever in whichever reel. */
function stretchesByContent(part: ReelPart, clips: readonly AcquiredClip[], jobId: string) {
  const contentOf = (stretch: Stretch) => {
    const clip = clips.find(({ index }) => index === stretch.clip);
    return { ...stretch, clip: clip?.fingerprint ?? `${jobId}/${stretch.clip}` };
  };
  if (part.kind === 'card') return {};
  if (part.kind === 'transition') return { from: contentOf(part.from), into: contentOf(part.into) };
  return { stretch: contentOf(part.stretch) };
}
