import { ClipScribeError } from '../../domain/errors.ts';
import { inGib } from '../../domain/gib.ts';
import { tierOf } from '../../domain/tiers.ts';
import { UPLOAD_SECONDS } from '../../domain/upload.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { UnusedUploads } from '../../ports/unused-uploads.ts';
import type { Caller } from '../caller.ts';

export interface HoldDependencies {
  store: ArtifactStore;
  unusedUploads: UnusedUploads;
}

/**
 * Counts an upload against what the caller's tier lets uploads hold that no job uses yet. Idempotent by key.
 *
 * @throws ClipScribeError QuotaExceeded, with the limit and what is held; StorageDenied, StorageUnavailable,
 *   DatabaseUnavailable
 */
export async function holdUpload(
  { store, unusedUploads }: HoldDependencies,
  { userId, tier }: Pick<Caller, 'userId' | 'tier'>,
  { key, bytes }: { key: string; bytes: number },
): Promise<void> {
  const limitBytes = tierOf(tier)?.unusedUploadBytes ?? Infinity;
  const upload = { key, userId, bytes };
  if (await unusedUploads.add(upload, limitBytes)) return;
  await forgetMissing({ store, unusedUploads }, userId);
  if (await unusedUploads.add(upload, limitBytes)) return;
  const heldBytes = await unusedUploads.heldBytes(userId);
  throw new ClipScribeError(
    'QuotaExceeded',
    `Uploads that no job uses yet may hold ${inGib(limitBytes)} in the ${tier} tier; ${inGib(heldBytes)} are held and ${inGib(bytes)} more are asked for.`,
  );
}

/** No longer counts uploads whose file did not come while its address was good, or was removed. */
async function forgetMissing({ store, unusedUploads }: HoldDependencies, userId: string): Promise<void> {
  const expired = await unusedUploads.announcedBefore(userId, new Date(Date.now() - UPLOAD_SECONDS * 1000));
  if (expired.length === 0) return;
  const missing = new Set(expired);
  for await (const { key } of store.list(`uploads/${userId}`)) missing.delete(key);
  await unusedUploads.remove([...missing]);
}
