import { isDeepStrictEqual } from 'node:util';
import type { VideoJobInput } from '../../contracts/video-intelligence.ts';
import { groundKey, groundSchema } from '../../domain/ground.ts';
import { listeningSettingsSchema, STAGES, type JobSettings, type StageName } from '../../domain/job.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import { readDocument } from '../corrections/stored-corrections.ts';

/** Whether a stage works on what was found in a video, and on nothing else of it. */
export const isBehindGround = (stage: StageName): boolean =>
  STAGES.indexOf(stage) >= STAGES.indexOf('corrections');

/**
 * Whether an earlier run of a job has kept what it found with the settings that are asked for now: then nothing has to
 * be listened to, and the video may be gone.
 *
 * @param last the input of the last run; ground that does not say what it was found with is taken to be of it
 * @throws ClipScribeError StorageUnavailable, StorageDenied
 */
export async function hasGround(
  store: ArtifactStore,
  last: VideoJobInput,
  settings: JobSettings,
): Promise<boolean> {
  const ground = await readDocument(store, groundKey(last.userId, last.jobId), groundSchema);
  if (ground === undefined) return false;
  const foundWith = ground.content.settings ?? listeningSettingsSchema.parse(last.settings);
  return isDeepStrictEqual(foundWith, listeningSettingsSchema.parse(settings));
}
