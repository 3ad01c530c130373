import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { ClipScribeError } from '../../domain/errors.ts';

const POLL_MS = 10;
const LONGEST_WAIT_MS = 60_000;
/** SQLite's own code for a lock that somebody else holds. */
const SQLITE_BUSY = 5;

/**
 * Locks on keys between the processes of a machine. Each is the lock of an empty SQLite database, which the system
 * gives back when its process ends, however it ends: no lock outlives its holder, so that none has to be told from a
 * dead one's and broken, which two could do at once. Keys share 256 files, which stay.
 */
export class KeyLocks {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Does some work while nobody else holds the key. The work holds no other key.
   *
   * @throws ClipScribeError `StorageUnavailable` when others keep it for a minute
   */
  async hold<T>(key: string, work: () => Promise<T>): Promise<T> {
    await mkdir(this.#folder, { recursive: true });
    // Loaded when it is needed: Node before 24.15 warns that it is new.
    const { DatabaseSync } = await import('node:sqlite');
    const name = createHash('sha256').update(key).digest('hex').slice(0, 2);
    const file = new DatabaseSync(join(this.#folder, name));
    try {
      await take(file);
      return await work();
    } finally {
      file.close();
    }
  }
}

/** Closing the file gives the lock back. */
async function take(file: DatabaseSync): Promise<void> {
  const until = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < until) {
    try {
      file.exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    }
    await delay(POLL_MS);
  }
  throw new ClipScribeError('StorageUnavailable', 'Others keep a lock on a stored document.');
}
