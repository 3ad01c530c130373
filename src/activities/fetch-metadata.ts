import type { VideoActivities } from '../contracts/video-activities.ts';
import { checkVideoMetadata, type MediaLimits } from '../domain/media-check.ts';
import { jobFolder } from '../domain/retention.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { VideoSource } from '../ports/video-source.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { pickSource } from './pick-source.ts';
import type { Scratch } from './scratch.ts';

export interface FetchMetadataDependencies {
  sources: readonly VideoSource[];
  store: ArtifactStore;
  scratch: Scratch;
  limits: MediaLimits;
}

/** See {@link VideoActivities.fetchMetadata}. Not cached: pages change. */
export const createFetchMetadata =
  ({ sources, store, scratch, limits }: FetchMetadataDependencies): VideoActivities['fetchMetadata'] =>
  ({ jobId, userId, source: locator }) =>
    withHeartbeat(async ({ signal }) => {
      const { result, measure } = await measured(async () => {
        const source = await pickSource(sources, locator, signal);
        const workDirectory = await scratch.folder(jobId);
        const metadata = await source.fetchMetadata(locator, { workDirectory, signal });
        const refusal = checkVideoMetadata(metadata, limits);
        if (refusal !== undefined) throw refusal;
        const artifact = await store.put(
          `${jobFolder(userId, jobId)}/metadata.json`,
          JSON.stringify(metadata),
        );
        return { metadata, artifact, cached: false };
      });
      const { title, durationSeconds } = result.metadata;
      return { title: title.slice(0, 500), durationSeconds, metadata: result.artifact, measure };
    });
