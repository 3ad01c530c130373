import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { RetentionActivities } from '../contracts/retention.ts';
import { jobFolderOf, retentionCountSchema, STATUS_FILE } from '../domain/retention.ts';
import { uploadFolderOf } from '../domain/upload.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { withHeartbeat } from './activity-support.ts';
import { readJson } from './stage-cache.ts';

/** Removed with one request where the storage has such requests. */
const PAGE_OBJECTS = 500;

const checkpointSchema = z.object({ after: z.string(), count: retentionCountSchema });
type Checkpoint = z.infer<typeof checkpointSchema>;

/** What `listNeeded` stores. */
export const neededKeysSchema = z.array(z.string());

/** See {@link RetentionActivities.removeExpired}. */
export const createRemoveExpired =
  ({ store }: { store: ArtifactStore }): RetentionActivities['removeExpired'] =>
  ({ area, storedBefore, dryRun, needed }) =>
    withHeartbeat<Checkpoint, Checkpoint['count']>(async ({ report, signal }) => {
      const before = Date.parse(storedBefore);
      const neededKeys = needed === undefined ? [] : await readJson(store, needed, neededKeysSchema);
      const kept = new Set(neededKeys.map(keptWith));
      const isOfOpenJob = openJobFolders(store);
      const last = checkpointSchema.safeParse(Context.current().info.heartbeatDetails).data;
      const count = last?.count ?? { area, examinedObjects: 0, expiredObjects: 0, expiredBytes: 0 };
      let page: { key: string; bytes: number }[] = [];
      let examined = 0;
      let lastKey = last?.after;
      /** Counts what is gone only once it is gone, so that a broken page is counted by the next attempt. */
      const endPage = async (): Promise<void> => {
        if (lastKey === undefined) return;
        if (!dryRun) await store.remove(page.map(({ key }) => key));
        count.examinedObjects += examined;
        count.expiredObjects += page.length;
        count.expiredBytes += page.reduce((sum, { bytes }) => sum + bytes, 0);
        report({ after: lastKey, count: { ...count } });
        [page, examined] = [[], 0];
      };
      for await (const { key, bytes, storedAt } of store.list(area, { after: lastKey })) {
        signal.throwIfAborted();
        const isOld = storedAt.getTime() < before;
        if (isOld && !kept.has(keptWith(key)) && !(await isOfOpenJob(key))) page.push({ key, bytes });
        [lastKey, examined] = [key, examined + 1];
        if (examined === PAGE_OBJECTS) await endPage();
      }
      await endPage();
      return count;
    });

/** What a key is kept with: files of an upload with one another. */
const keptWith = (key: string): string => uploadFolderOf(key) ?? key;

/**
 * Whether a key is a working file of a job that has not ended. Asks once for the files of one folder, which are listed
 * together.
 */
function openJobFolders(store: ArtifactStore): (key: string) => Promise<boolean> {
  let known: { folder: string; isOpen: boolean } | undefined;
  return async (key) => {
    const folder = jobFolderOf(key);
    if (folder === undefined) return false;
    if (known?.folder !== folder)
      known = { folder, isOpen: (await store.inspect(`${folder}/${STATUS_FILE}`)) === undefined };
    return known.isOpen;
  };
}
