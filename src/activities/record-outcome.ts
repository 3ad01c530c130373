import { posix } from 'node:path';
import type { VideoActivities } from '../contracts/video-activities.ts';
import { archivedKey, jobFolder, STATUS_FILE } from '../domain/retention.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { withHeartbeat } from './activity-support.ts';

/** See {@link VideoActivities.recordOutcome}. */
export const createRecordOutcome =
  ({ store }: { store: ArtifactStore }): VideoActivities['recordOutcome'] =>
  ({ jobId, userId, source, outcome }) =>
    withHeartbeat(async () => {
      const folder = jobFolder(userId, jobId);
      const status = JSON.stringify({ jobId, ...outcome }, null, 2);
      if (outcome.status !== 'completed') {
        // Its upload stays: doing the job again may need it.
        await store.put(`${folder}/${STATUS_FILE}`, status);
        return;
      }
      await archive(store, folder, archivedKey(folder), status);
      if (source?.kind === 'upload') await store.removeAll(posix.dirname(source.key));
    });

/** Copies first and removes last, so that an attempt that repeats another finds everything in one of the two. */
async function archive(store: ArtifactStore, from: string, to: string, status: string): Promise<void> {
  for await (const { key } of store.list(from)) {
    const found = await store.find(key);
    if (found !== undefined) await store.put(to + key.slice(from.length), await store.read(found));
  }
  await store.put(`${to}/${STATUS_FILE}`, status);
  await store.removeAll(from);
}
