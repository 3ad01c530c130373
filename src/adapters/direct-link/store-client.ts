import { ClipScribeError } from '../../domain/errors.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { HttpClient } from './http-client.ts';
import { openObjectClient } from './object-client.ts';

/**
 * An upload in the artifact store.
 *
 * @param fileName as the uploader called it
 */
export const openStoreClient = (store: ArtifactStore, key: string, fileName: string): HttpClient =>
  openObjectClient(fileName, async () => {
    const object = await store.inspect(key);
    if (object === undefined) throw new ClipScribeError('ArtifactMissing', 'The upload is no longer stored.');
    const { bytes, version } = object;
    return { bytes, version, read: (range) => store.openVersion(object, range) };
  });
