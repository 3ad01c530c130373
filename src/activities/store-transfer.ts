import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';

/**
 * Writes a stored object to a file, however large it is, and checks that all of it came.
 *
 * @throws ClipScribeError those of the store
 */
export async function copyToFile(
  store: ArtifactStore,
  reference: ArtifactRef,
  { path, signal }: { path: string; signal: AbortSignal },
): Promise<void> {
  await pipeline(await store.openStream(reference), createWriteStream(path), { signal });
}
