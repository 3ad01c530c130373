import { join } from 'node:path';
import type { AcquiredClip, JoinReelInput, ReelActivities } from '../contracts/reel-activities.ts';
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

const FOLDER = 'join';
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
  const storedBytes = parts.reduce(
    (sum, { video, audio }) => sum + (video?.bytes ?? 0) + (audio?.bytes ?? 0),
    0,
  );
  // Once as parts, once as the reel.
  scratch.requireRoom(2 * storedBytes + totalSeconds * SOUND_BYTES_PER_SECOND);
  const folder = join(await scratch.folder(jobId), FOLDER);
  try {
    await scratch.makeWithin(jobId, FOLDER);
    const place = async (reference: ArtifactRef, name: string): Promise<string> => {
      await copyToFile(store, reference, { path: join(folder, name), signal });
      return join(folder, name);
    };
    const files: JoinOrder['parts'][number][] = [];
    for (const [index, { part, video, audio }] of parts.entries()) {
      const clip = part.kind === 'copy' ? clipOf(input, part.stretch.clip) : undefined;
      files.push({
        videoPath:
          video !== null
            ? await place(video, `stored-${index}.mp4`)
            : (await clipFiles.fetch(existing(clip), { jobId, signal })).filePath,
        isClip: video === null,
        frames: part.frames,
        audioPath: audio === null ? null : await place(audio, `stored-${index}.m4a`),
      });
    }
    const filePath = await reelTool.join(
      { format, parts: files, subtitles: await attachedSubtitles(store, input) },
      {
        workDirectory: join(folder, 'reel'),
        signal,
        onProgress: (written) => report(partProgress(written, totalSeconds)),
      },
    );
    const { durationSeconds } = await reelTool.describe(filePath, { signal });
    const reel = await store.put(`results/${userId}/${jobId}/${REEL_FILE}`, { filePath });
    return { reel, durationSeconds, cached: false };
  } finally {
    await scratch.removeWithin(jobId, FOLDER);
  }
}

const clipOf = ({ clips }: JoinReelInput, index: number): AcquiredClip | undefined =>
  clips.find((clip) => clip.index === index);

function existing<T>(value: T | undefined): T {
  if (value === undefined)
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
