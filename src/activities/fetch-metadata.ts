import type { VideoActivities } from '../contracts/video-activities.ts';
import { ClipScribeError } from '../domain/errors.ts';
import { videoMetadataSchema, type SourceLocator, type VideoMetadata } from '../domain/media.ts';
import { checkVideoMetadata, type MediaLimits } from '../domain/media-check.ts';
import { archivedKey, jobFolder } from '../domain/retention.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { fetchable } from '../ports/kept-addresses.ts';
import type { VideoSource } from '../ports/video-source.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { pickSource } from './pick-source.ts';
import type { Scratch } from './scratch.ts';
import { readJson } from './stage-cache.ts';

export interface FetchMetadataDependencies {
  sources: readonly VideoSource[];
  store: ArtifactStore;
  scratch: Scratch;
  limits: MediaLimits;
}

/** A working file of the job. */
const FILE = 'metadata.json';

/** See {@link VideoActivities.fetchMetadata}. Not cached: pages change. */
export const createFetchMetadata =
  (dependencies: FetchMetadataDependencies): VideoActivities['fetchMetadata'] =>
  ({ jobId, userId, source, longestVideo }) =>
    withHeartbeat(async ({ signal }) => {
      const { store, limits, scratch } = dependencies;
      const { result, measure } = await measured(async () => {
        try {
          const metadata =
            source === null
              ? await readKept(store, userId, jobId)
              : await ask(dependencies, { source, jobId, signal });
          const refusal = checkVideoMetadata(metadata, { ...limits, longestVideo });
          if (refusal !== undefined) throw refusal;
          const artifact = await store.put(`${jobFolder(userId, jobId)}/${FILE}`, JSON.stringify(metadata));
          return { metadata, artifact, cached: source === null };
        } catch (error) {
          // No step may come after it that cleans up; what another attempt could use is little.
          await scratch.remove(jobId);
          throw error;
        }
      });
      const { title, durationSeconds } = result.metadata;
      return { title: title.slice(0, 500), durationSeconds, metadata: result.artifact, measure };
    });

async function ask(
  { sources, store, scratch }: FetchMetadataDependencies,
  { source: submitted, jobId, signal }: { source: SourceLocator; jobId: string; signal: AbortSignal },
): Promise<VideoMetadata> {
  const locator = await fetchable(store, submitted);
  const source = await pickSource(sources, locator, signal);
  const workDirectory = await scratch.folder(jobId);
  return source.fetchMetadata(locator, { workDirectory, signal });
}

/** What the newest run has read: of one that failed or was cancelled, else of the completed one. */
async function readKept(store: ArtifactStore, userId: string, jobId: string): Promise<VideoMetadata> {
  const underWay = jobFolder(userId, jobId);
  for (const folder of [underWay, archivedKey(underWay)]) {
    const kept = await store.find(`${folder}/${FILE}`);
    if (kept !== undefined) return readJson(store, kept, videoMetadataSchema);
  }
  throw new ClipScribeError('ArtifactMissing', 'What was read of this video is no longer stored.');
}
