import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { UnusedUploads } from '../../ports/unused-uploads.ts';

export interface UnusedUploadDependencies {
  store: ArtifactStore;
  unusedUploads: UnusedUploads;
}

/** Longer than any file is on its way. */
const ARRIVAL_MS = 24 * 3600 * 1000;

/**
 * No longer counts uploads of a user that were announced before a moment and whose file did not come, or was removed.
 */
export async function forgetMissing(
  { store, unusedUploads }: UnusedUploadDependencies,
  { userId, announcedBefore }: { userId: string; announcedBefore: Date },
): Promise<void> {
  const old = await unusedUploads.announcedBefore(userId, announcedBefore);
  if (old.length === 0) return;
  const missing = new Set(old);
  for await (const { key } of store.list(`uploads/${userId}`)) missing.delete(key);
  await unusedUploads.remove([...missing]);
}

/**
 * The same for all users, of uploads that were announced more than a day ago. Idempotent.
 *
 * @throws ClipScribeError DatabaseUnavailable, StorageDenied, StorageUnavailable
 */
export async function forgetMissingOfAll(
  dependencies: UnusedUploadDependencies,
  now = new Date(),
): Promise<void> {
  const announcedBefore = new Date(now.getTime() - ARRIVAL_MS);
  for (const userId of await dependencies.unusedUploads.usersBefore(announcedBefore))
    await forgetMissing(dependencies, { userId, announcedBefore });
}
