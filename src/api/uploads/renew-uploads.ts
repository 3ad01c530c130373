import { uploadFolderOf, uploadNoteKey } from '../../domain/upload.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { JobCatalogue } from '../../ports/job-catalogue.ts';

/** Half of the shortest time that retention can be set to. */
const RENEWED_AFTER_MS = 12 * 3600 * 1000;
const PAGE_JOBS = 100;

/**
 * Renews the notes of uploads that jobs need which have not ended: retention goes by the age of the note. A note that
 * is new yet is left. Idempotent.
 *
 * @throws ClipScribeError DatabaseUnavailable, StorageDenied, StorageUnavailable
 */
export async function renewUploads(
  { catalogue, store }: { catalogue: JobCatalogue; store: ArtifactStore },
  now = new Date(),
): Promise<void> {
  const acceptedBefore = new Date(now.getTime() - RENEWED_AFTER_MS);
  let after: string | undefined;
  do {
    const page = await catalogue.neededUploads({ acceptedBefore, limit: PAGE_JOBS, after });
    for (const { keys } of page) for (const key of keys) await renewNote(store, key, acceptedBefore);
    after = page.length < PAGE_JOBS ? undefined : page.at(-1)?.jobId;
  } while (after !== undefined);
}

async function renewNote(store: ArtifactStore, mediaKey: string, ifBefore: Date): Promise<void> {
  const folder = uploadFolderOf(mediaKey);
  if (folder === undefined) return;
  const key = uploadNoteKey(folder);
  const note = await store.inspect(key);
  if (note === undefined || note.storedAt >= ifBefore) return;
  const kept = await store.readCurrent(key);
  if (kept !== undefined) await store.put(key, kept.content);
}
