import { randomUUID } from 'node:crypto';
import { createArtifactStore } from '../adapters/create-artifact-store.ts';
import { homeFolders } from '../config/home.ts';
import { loadSettings } from '../config/settings.ts';
import { ClipScribeError } from '../domain/errors.ts';

/**
 * Entry of a process of its own for `clipscribe doctor`, which may not see the engine: writes, reads and removes
 * a small object where the settings say, and prints why that did not work, or nothing.
 */
const settings = loadSettings();
const { store } = await createArtifactStore({
  folder: homeFolders(settings.home).artifacts,
  bucket: settings.storage,
});
const key = `doctor/${randomUUID()}`;
try {
  await store.read(await store.put(key, 'ClipScribe was here.'));
  await store.remove([key]);
} catch (error) {
  if (!ClipScribeError.is(error)) throw error;
  process.stdout.write(`${error.code}: ${error.message}\n`);
}
