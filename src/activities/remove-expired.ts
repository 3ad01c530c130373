import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { RetentionActivities } from '../contracts/retention.ts';
import { jobFolderOf, retentionCountSchema, STATUS_FILE } from '../domain/retention.ts';
import { uploadFolderOf, uploadNoteKey } from '../domain/upload.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { withHeartbeat } from './activity-support.ts';

/** Removed with one request where the storage has such requests. */
const PAGE_OBJECTS = 500;

const checkpointSchema = z.object({ after: z.string(), count: retentionCountSchema });
type Checkpoint = z.infer<typeof checkpointSchema>;

/** See {@link RetentionActivities.removeExpired}. */
export const createRemoveExpired =
  ({ store }: { store: ArtifactStore }): RetentionActivities['removeExpired'] =>
  ({ area, storedBefore, dryRun }) =>
    withHeartbeat<Checkpoint, Checkpoint['count']>(async ({ report, signal }) => {
      const before = Date.parse(storedBefore);
      const isUnneeded = unneededFolders(store, before);
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
        if (storedAt.getTime() < before && (await isUnneeded(key))) page.push({ key, bytes });
        [lastKey, examined] = [key, examined + 1];
        if (examined === PAGE_OBJECTS) await endPage();
      }
      await endPage();
      return count;
    });

/**
 * Whether nobody needs the folder of an old key: the job whose folder it is has ended, or the note of the upload was
 * not renewed. Asks once for each of the files of one folder, which are listed together.
 */
function unneededFolders(store: ArtifactStore, before: number): (key: string) => Promise<boolean> {
  let known: { folder: string; unneeded: boolean } | undefined;
  const ask = async (folder: string, isUpload: boolean): Promise<boolean> => {
    if (!isUpload) return (await store.inspect(`${folder}/${STATUS_FILE}`)) !== undefined;
    const note = await store.inspect(uploadNoteKey(folder));
    return note === undefined || note.storedAt.getTime() < before;
  };
  return async (key) => {
    const upload = uploadFolderOf(key);
    const folder = upload ?? jobFolderOf(key);
    if (folder === undefined) return true;
    if (known?.folder !== folder) known = { folder, unneeded: await ask(folder, upload !== undefined) };
    return known.unneeded;
  };
}
