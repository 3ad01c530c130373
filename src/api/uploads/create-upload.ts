import canonicalize from 'canonicalize';
import { sign } from 'hono/jwt';
import { ClipScribeError } from '../../domain/errors.ts';
import { UPLOAD_SECONDS, uploadKeys, uploadNoteSchema, type UploadNote } from '../../domain/upload.ts';
import type { ArtifactStore, PresignedUpload } from '../../ports/artifact-store.ts';
import type { Caller } from '../caller.ts';
import type { UnusedUploadDependencies } from './forget-missing.ts';
import { holdUpload } from './hold-upload.ts';

/** What uploads need. */
export interface Uploads extends UnusedUploadDependencies {
  maximumBytes: number;
  /** Signs the addresses of uploads that come through us; the same in every process of the API. */
  signingKey: () => Promise<string>;
}

export interface CreatedUpload extends PresignedUpload {
  uploadId: string;
  expiresAt: string;
  maxBytes: number;
}

/**
 * Makes an address to which one file can be sent, once and for an hour: one of the storage where it has such
 * addresses, else one of ours. Idempotent for one id.
 *
 * @param ownAddress where this API is reached by whoever asks
 * @throws ClipScribeError MediaTooLarge, InvalidInput (another file under the same id), QuotaExceeded, StorageDenied,
 *   StorageUnavailable, DatabaseUnavailable
 */
export async function createUpload(
  { store, unusedUploads, maximumBytes, signingKey }: Uploads,
  {
    uploadId,
    caller,
    note,
    ownAddress,
  }: { uploadId: string; caller: Caller; note: UploadNote; ownAddress: URL },
): Promise<CreatedUpload> {
  const { bytes, contentType } = note;
  if (bytes > maximumBytes) {
    const message = `The file has ${bytes} bytes; the limit is ${maximumBytes}.`;
    throw new ClipScribeError('MediaTooLarge', message);
  }
  const keys = uploadKeys(caller.userId, uploadId);
  const before = await findNote(store, keys.note);
  if (before !== undefined && canonicalize(before) !== canonicalize(note))
    throw new ClipScribeError('InvalidInput', 'This Idempotency-Key was used before with another request.');
  // One whose file is there was counted, and may be used by now; to its address nothing more can be sent.
  if ((await store.inspect(keys.media)) === undefined)
    await holdUpload({ store, unusedUploads }, caller, { key: keys.media, bytes });
  await store.put(keys.note, JSON.stringify(note));
  const expiresAtMs = Date.now() + UPLOAD_SECONDS * 1000;
  const direct = await store.presignUpload(keys.media, {
    bytes,
    contentType,
    expiresInSeconds: UPLOAD_SECONDS,
  });
  const request = direct ?? {
    url: new URL(
      `/api/uploads/${await sign({ key: keys.media, bytes, exp: Math.floor(expiresAtMs / 1000) }, await signingKey(), 'HS256')}`,
      ownAddress,
    ).href,
    method: 'PUT' as const,
    headers: { 'content-type': contentType },
  };
  return { uploadId, ...request, expiresAt: new Date(expiresAtMs).toISOString(), maxBytes: bytes };
}

/** What was said of an upload; undefined where there is none of this user and id. */
export async function findNote(store: ArtifactStore, noteKey: string): Promise<UploadNote | undefined> {
  const found = await store.find(noteKey);
  if (found === undefined) return undefined;
  return uploadNoteSchema.parse(JSON.parse(new TextDecoder().decode(await store.read(found))));
}
