import { verify } from 'hono/jwt';
import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ArtifactStore, UploadReceiver } from '../../ports/artifact-store.ts';

const tokenSchema = z.object({ key: z.string(), bytes: z.number().int().positive() });

export interface Receiving {
  store: ArtifactStore;
  /** Null where clients send uploads to the storage itself. */
  receiver: UploadReceiver | null;
  signingKey: () => Promise<string>;
}

/**
 * Takes the file of an upload whose address is ours; the token in it is the credential.
 *
 * @throws ClipScribeError UploadNotFound (expired, forged), InvalidInput (sent already, or not of the size that was
 *   announced), DiskFull, StorageDenied, StorageUnavailable
 */
export async function receiveUpload(
  { store, receiver, signingKey }: Receiving,
  {
    token,
    body,
    announcedBytes,
  }: { token: string; body: AsyncIterable<Uint8Array>; announcedBytes: number | null },
): Promise<void> {
  if (receiver === null) throw notFound();
  const payload = await verify(token, await signingKey(), 'HS256').catch(() => {
    throw notFound();
  });
  const { key, bytes } = tokenSchema.parse(payload);
  if (announcedBytes !== null && announcedBytes !== bytes) {
    const message = `The file must have ${bytes} bytes; this one has ${announcedBytes}.`;
    throw new ClipScribeError('InvalidInput', message);
  }
  if ((await store.inspect(key)) !== undefined)
    throw new ClipScribeError('InvalidInput', 'A file was already sent to this address.');
  await receiver.receive(key, body, bytes);
}

const notFound = (): ClipScribeError =>
  new ClipScribeError('UploadNotFound', 'There is no upload at this address, or its time is over.');
