import { readFileSync } from 'node:fs';
import { homeFolders } from './home.ts';
import type { Settings } from './settings.ts';

/** The token of an installation's owner, for an API of this home; undefined where there is none that we may read. */
export function ownersToken({ home, adminToken }: Settings): string | undefined {
  if (adminToken !== undefined) return adminToken;
  try {
    return readFileSync(homeFolders(home).adminToken, 'utf8').trim();
  } catch {
    // Not there yet, or somebody else's: then the API says what is missing.
    return undefined;
  }
}
