import { ClipScribeError } from '../../domain/errors.ts';
import { inGib } from '../../domain/gib.ts';
import { tierOf } from '../../domain/tiers.ts';
import { UPLOAD_SECONDS } from '../../domain/upload.ts';
import type { Caller } from '../caller.ts';
import { forgetMissing, type UnusedUploadDependencies } from './forget-missing.ts';

/**
 * Counts an upload against what the caller's tier lets uploads hold that no job uses yet. Idempotent by key.
 *
 * @throws ClipScribeError QuotaExceeded, with the limit and what is held; StorageDenied, StorageUnavailable,
 *   DatabaseUnavailable
 */
export async function holdUpload(
  { store, unusedUploads }: UnusedUploadDependencies,
  { userId, tier }: Pick<Caller, 'userId' | 'tier'>,
  { key, bytes }: { key: string; bytes: number },
): Promise<void> {
  const limitBytes = tierOf(tier)?.unusedUploadBytes ?? Infinity;
  const upload = { key, userId, bytes };
  if (await unusedUploads.add(upload, limitBytes)) return;
  // Their addresses are no longer good.
  const announcedBefore = new Date(Date.now() - UPLOAD_SECONDS * 1000);
  await forgetMissing({ store, unusedUploads }, { userId, announcedBefore });
  if (await unusedUploads.add(upload, limitBytes)) return;
  const heldBytes = await unusedUploads.heldBytes(userId);
  throw new ClipScribeError(
    'QuotaExceeded',
    `Uploads that no job uses yet may hold ${inGib(limitBytes)} in the ${tier} tier; ${inGib(heldBytes)} are held and ${inGib(bytes)} more are asked for.`,
  );
}
