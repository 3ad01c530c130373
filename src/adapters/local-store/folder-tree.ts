import type { Dirent } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isNothingThere } from './storage-errors.ts';

/**
 * The keys of all files below a folder, in the order of the whole keys, as buckets list them: a folder sorts as
 * its name with `/` behind it.
 *
 * @param after keys up to and with this one are left out
 */
export async function* filesBelow(folder: string, prefix: string, after?: string): AsyncIterable<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isNothingThere(error)) return [];
    throw error;
  });
  const sortName = (entry: Dirent): string => (entry.isDirectory() ? `${entry.name}/` : entry.name);
  entries.sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
  for (const entry of entries) {
    const key = `${prefix}/${entry.name}`;
    if (entry.isDirectory()) {
      // All of it may lie before.
      const isBefore = after !== undefined && `${key}/` <= after && !after.startsWith(`${key}/`);
      if (!isBefore) yield* filesBelow(join(folder, entry.name), key, after);
    } else if (after === undefined || key > after) yield key;
  }
}

/** Removes the folders that a key lay in, as far as nothing else lies in them. */
export async function removeEmptyFolders(root: string, key: string): Promise<void> {
  for (let folder = dirname(key); folder !== '.'; folder = dirname(folder)) {
    try {
      await rmdir(join(root, folder));
    } catch (error) {
      if (isNothingThere(error)) continue;
      // Something else lies there, or is just being stored there.
      return;
    }
  }
}
