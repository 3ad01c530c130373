import { ClipScribeError } from '../../domain/errors.ts';
import { uploadKeys } from '../../domain/upload.ts';
import type { UnusedUploadDependencies } from './forget-missing.ts';

/**
 * Removes an upload that no job uses, its file with it if that has come.
 *
 * @throws ClipScribeError UploadNotFound, also of one that a job uses; StorageDenied, StorageUnavailable,
 *   DatabaseUnavailable
 */
export async function removeUpload(
  { store, unusedUploads }: UnusedUploadDependencies,
  { userId, uploadId }: { userId: string; uploadId: string },
): Promise<void> {
  const keys = uploadKeys(userId, uploadId);
  // First, so that a job that is accepted at this moment finds that it is gone, and none loses its file later.
  if ((await unusedUploads.remove([keys.media])) === 0)
    throw new ClipScribeError('UploadNotFound', 'There is no upload of this id that no job uses.');
  await store.removeAll(keys.folder);
}
