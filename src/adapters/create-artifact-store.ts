import type { ArtifactStore, UploadReceiver } from '../ports/artifact-store.ts';
import { LocalArtifactStore } from './local-store/local-artifact-store.ts';

export interface StoreLocation {
  /** Used where no bucket is named. */
  folder: string;
  bucket: { kind: 'gs' | 's3'; bucket: string; prefix: string; endpoint: string | undefined } | undefined;
}

export interface CreatedStore {
  store: ArtifactStore;
  /** Takes uploads, where clients cannot send them to the store itself. */
  receiver: UploadReceiver | null;
}

/**
 * The artifact store that the settings name (B4): one place for workers and API. Asks nobody yet, so that a
 * storage that is away keeps no process from starting. The vendors' clients are loaded only where they are used.
 */
export async function createArtifactStore({ folder, bucket }: StoreLocation): Promise<CreatedStore> {
  if (bucket === undefined) {
    const local = new LocalArtifactStore(folder);
    return { store: local, receiver: local };
  }
  if (bucket.kind === 'gs') {
    const { createGcsStore } = await import('./gcs/create-gcs-store.ts');
    return { store: createGcsStore(bucket), receiver: null };
  }
  const { createS3Store } = await import('./s3/create-s3-store.ts');
  return { store: createS3Store(bucket), receiver: null };
}
