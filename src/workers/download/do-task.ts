import { join } from 'node:path';
import { pickSource } from '../../activities/pick-source.ts';
import type { Scratch } from '../../activities/scratch.ts';
import type { DownloadOutcome, DownloadTask } from '../../domain/download-task.ts';
import { checkMediaFacts, checkVideoMetadata, type MediaLimits } from '../../domain/media-check.ts';
import type { DownloadTasks } from '../../ports/download-tasks.ts';
import type { MediaTool } from '../../ports/media-tool.ts';
import type { PlaylistReader } from '../../ports/playlist-reader.ts';
import type { DownloadProgress, VideoSource } from '../../ports/video-source.ts';

export interface DownloadDependencies {
  tasks: DownloadTasks;
  /** Asked in this order. */
  sources: readonly VideoSource[];
  playlists: PlaylistReader;
  mediaTool: MediaTool;
  /** Its folders stay until their work has ended, so that the next attempt goes on where one stopped. */
  scratch: Scratch;
  limits: MediaLimits;
}

interface Attempt {
  signal: AbortSignal;
  onProgress: (progress: DownloadProgress) => void;
}

/**
 * Does what a task asks for.
 *
 * @returns what was found or brought
 * @throws ClipScribeError with any of the input, network and site codes; the reason of an abort
 */
export async function doTask(
  dependencies: DownloadDependencies,
  { kind, id, url }: DownloadTask,
  { signal, onProgress }: Attempt,
): Promise<DownloadOutcome> {
  const { sources, playlists, scratch, limits } = dependencies;
  const workDirectory = await scratch.folder(id);
  if (kind === 'playlist')
    return { outcome: 'playlist', playlist: await playlists.read(url, { workDirectory, signal }) };
  const locator = { kind: 'url', url } as const;
  const source = await pickSource(sources, locator, signal);
  if (kind === 'metadata') {
    const metadata = await source.fetchMetadata(locator, { workDirectory, signal });
    const refusal = checkVideoMetadata(metadata, limits);
    if (refusal !== undefined) throw refusal;
    return { outcome: 'metadata', metadata };
  }
  const media = await source.openAudio(locator, { workDirectory, signal, onProgress });
  const { filePath } = await media.completed;
  const sound = await soundOf(dependencies, filePath, join(workDirectory, 'sound.flac'), signal);
  return { outcome: 'audio', uploadId: await dependencies.tasks.upload(sound, { signal }) };
}

/**
 * The file to send: of a video its sound alone, as it would be decoded there. Of the picture the file may hold
 * nothing but holes.
 */
async function soundOf(
  { mediaTool, limits }: DownloadDependencies,
  filePath: string,
  soundPath: string,
  signal: AbortSignal,
): Promise<string> {
  const facts = await mediaTool.probe(filePath, { signal });
  const refusal = checkMediaFacts(facts, limits);
  if (refusal !== undefined) throw refusal;
  if (!facts.hasVideo || !facts.hasAudio) return filePath;
  await mediaTool.saveSound(filePath, soundPath, { signal });
  return soundPath;
}
