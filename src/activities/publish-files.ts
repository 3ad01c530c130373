import type { ResultActivities } from '../contracts/job-results.ts';
import { buildManifest } from '../domain/manifest.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';

/** See {@link ResultActivities.publishFiles}. The manifest comes last: where it is, what it lists is. */
export const createPublishFiles =
  ({ store }: { store: ArtifactStore }): ResultActivities['publishFiles'] =>
  ({ jobId, userId, files, stages, parameters }) =>
    withHeartbeat(async () => {
      const { result, measure } = await measured(async () => {
        const place = (name: string, content: Uint8Array | string) =>
          store.put(`results/${userId}/${jobId}/${name}`, content);
        const placed = await Promise.all(
          files.map(async ({ name, artifact }) => ({
            name,
            artifact: await place(name, await store.read(artifact)),
          })),
        );
        const completedAt = new Date().toISOString();
        const manifest = buildManifest({ jobId, completedAt, files: placed, stages, parameters });
        return {
          manifest: await place('manifest.json', JSON.stringify(manifest, null, 2)),
          cached: false,
        };
      });
      return { manifest: result.manifest, measure };
    });
