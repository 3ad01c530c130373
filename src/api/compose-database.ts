import { openDatabase, type OpenDatabase } from '../adapters/postgres/open-database.ts';
import { takeExclusively } from '../config/exclusive.ts';
import { homeFolders } from '../config/home.ts';
import { SettingsError, type Settings } from '../config/settings.ts';

/** The name by which one process of this machine has the embedded database of a home open. */
const DATABASE_LOCK = 'database';

/**
 * Opens the database of the settings: PostgreSQL, which several processes share, or the embedded one, which one process
 * has for itself until it calls `release`.
 *
 * @throws SettingsError where another process has the embedded database open; ClipScribeError DatabaseUnavailable
 */
export async function composeDatabase({
  databaseUrl,
  home,
}: Settings): Promise<{ database: OpenDatabase; release: () => void }> {
  if (databaseUrl !== undefined) {
    return { database: await openDatabase({ url: databaseUrl }), release: () => undefined };
  }
  const release = await takeExclusively(home, DATABASE_LOCK);
  if (release === undefined) {
    throw new SettingsError(
      'Another API process has the embedded database of this CLIPSCRIBE_HOME open; set CLIPSCRIBE_DATABASE_URL to run several.',
    );
  }
  try {
    return { database: await openDatabase({ folder: homeFolders(home).database }), release };
  } catch (error) {
    release();
    throw error;
  }
}
