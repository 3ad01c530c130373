import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ArtifactRef } from '../domain/artifact.ts';
import { ClipScribeError } from '../domain/errors.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';

/**
 * Writes a stored object to a file, however large it is, and checks that all of it came.
 *
 * @throws ClipScribeError those of the store, and `DiskFull`
 */
export async function copyToFile(
  store: ArtifactStore,
  reference: ArtifactRef,
  { path, signal }: { path: string; signal: AbortSignal },
): Promise<void> {
  try {
    await pipeline(await store.openStream(reference), createWriteStream(path), { signal });
  } catch (cause) {
    const isFull = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '');
    throw isFull ? new ClipScribeError('DiskFull', 'The work does not fit on the disk.', { cause }) : cause;
  }
}
