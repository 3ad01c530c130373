import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  AcquiredClip,
  JoinedPart,
  JoinReelInput,
  ReelActivities,
} from '../contracts/reel-activities.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { ClipScribeError } from '../domain/errors.ts';
import { partProgress, type PartProgress } from '../domain/part-progress.ts';
import { reelCaptions } from '../domain/reel-captions.ts';
import { secondsOf } from '../domain/reel-part.ts';
import { REEL_FILE } from '../domain/reel.ts';
import { threeLetterCode } from '../domain/language-codes.ts';
import { toSubRip } from '../domain/subtitle-formats.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { JoinOrder, ReelTool } from '../ports/reel-tool.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import type { ClipFiles } from './clip-files.ts';
import { readTranscripts } from './clip-transcripts.ts';
import type { Scratch } from './scratch.ts';
import { copyToFile } from './store-transfer.ts';

export interface JoinReelDependencies {
  clipFiles: ClipFiles;
  reelTool: ReelTool;
  store: ArtifactStore;
  scratch: Scratch;
}

/** Of sound that is encoded anew. */
const SOUND_BYTES_PER_SECOND = 24_000;

interface Attempt {
  report: (progress: PartProgress) => void;
  signal: AbortSignal;
}

/** See {@link ReelActivities.joinReel}. */
export const createJoinReel =
  (dependencies: JoinReelDependencies): ReelActivities['joinReel'] =>
  (input) =>
    withHeartbeat<PartProgress, Awaited<ReturnType<ReelActivities['joinReel']>>>(async (attempt) => {
      const { result, measure } = await measured(() => joinReel(dependencies, input, attempt));
      return { reel: result.reel, durationSeconds: result.durationSeconds, measure };
    });

async function joinReel(
  { clipFiles, reelTool, store, scratch }: JoinReelDependencies,
  input: JoinReelInput,
  { report, signal }: Attempt,
) {
  const { jobId, userId, parts, format } = input;
  const totalSeconds = parts.reduce((sum, { part }) => sum + secondsOf(part.frames, format), 0);
  const copied = new Map<JoinedPart, string>();
  for (const joined of parts) {
    if (joined.video !== null) continue;
    const { filePath } = await clipFiles.fetch(clipOf(input, joined), { jobId, signal });
    copied.set(joined, filePath);
  }
  scratch.requireRoom((await pictureBytes(parts, copied)) + totalSeconds * SOUND_BYTES_PER_SECOND);
  const folder = await scratch.attemptFolder(jobId, 'join');
  try {
    const place = async (reference: ArtifactRef, name: string): Promise<string> => {
      await copyToFile(store, reference, { path: join(folder.path, name), signal });
      return join(folder.path, name);
    };
    const files: JoinOrder['parts'][number][] = [];
    for (const [index, joined] of parts.entries()) {
      const { part, video, audio } = joined;
      const clipPath = copied.get(joined);
      files.push({
        videoPath: clipPath ?? (await place(existing(video), `stored-${index}.mp4`)),
        isClip: clipPath !== undefined,
        frames: part.frames,
        audioPath: audio === null ? null : await place(audio, `stored-${index}.m4a`),
      });
    }
    const filePath = await reelTool.join(
      { format, parts: files, subtitles: await attachedSubtitles(store, input) },
      {
        workDirectory: join(folder.path, 'reel'),
        signal,
        onProgress: (written) => report(partProgress(written, totalSeconds)),
      },
    );
    const { durationSeconds } = await reelTool.describe(filePath, { signal });
    const key = `results/${userId}/${jobId}/${REEL_FILE}`;
    const reel = await store.put(key, { scratchFile: filePath }, { signal });
    return { reel, durationSeconds, cached: false };
  } finally {
    await folder.remove();
  }
}

/** Clips are copied into the reel, by way of files without their sound where all sound is encoded together. */
async function pictureBytes(
  parts: readonly JoinedPart[],
  copied: ReadonlyMap<JoinedPart, string>,
): Promise<number> {
  const copies = await Promise.all([...copied.values()].map(async (path) => (await stat(path)).size));
  const copiesSound = parts.every(({ audio }) => audio === null);
  const stored = parts.map(({ video, audio }) => (video?.bytes ?? 0) + (audio?.bytes ?? 0));
  // Once as parts, once as the reel.
  return sum(copies) * (copiesSound ? 1 : 2) + sum(stored) * 2;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function clipOf({ clips }: JoinReelInput, { part }: JoinedPart): AcquiredClip {
  return existing(part.kind === 'copy' ? clips.find(({ index }) => index === part.stretch.clip) : undefined);
}

function existing<T>(value: T | null | undefined): T {
  if (value === undefined || value === null)
    throw new ClipScribeError('InternalError', 'A part names a clip that is not there.');
  return value;
}

async function attachedSubtitles(
  store: ArtifactStore,
  input: JoinReelInput,
): Promise<JoinOrder['subtitles']> {
  const { parts, clips, format, settings } = input;
  if (settings.subtitles !== 'attached') return null;
  const transcripts = await readTranscripts(store, clips);
  const cues = reelCaptions(
    parts.map(({ part }) => part),
    { format, settings, transcripts },
  );
  if (cues.length === 0) return null;
  const language = [...transcripts.values()][0]?.language ?? 'und';
  return { text: toSubRip(cues, { language, placement: 'bottom' }), language: threeLetterCode(language) };
}
