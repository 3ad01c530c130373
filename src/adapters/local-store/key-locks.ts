import { createHash } from 'node:crypto';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ClipScribeError } from '../../domain/errors.ts';

/** A holder writes one small file, so an older lock belongs to a process that died. */
const STALE_AFTER_MS = 30_000;
const POLL_MS = 10;
const LONGEST_WAIT_MS = 60_000;

/** Locks on keys between the processes of a machine: a file that only one of them can make. */
export class KeyLocks {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Does some work while nobody else holds the key.
   *
   * @throws ClipScribeError `StorageUnavailable` when others keep it for a minute
   */
  async hold<T>(key: string, work: () => Promise<T>): Promise<T> {
    const path = join(this.#folder, createHash('sha256').update(key).digest('hex'));
    await this.#take(path);
    try {
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  }

  async #take(path: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const until = performance.now() + LONGEST_WAIT_MS;
    while (performance.now() < until) {
      try {
        await (await open(path, 'wx')).close();
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const held = await stat(path).catch(() => undefined);
      if (held !== undefined && Date.now() - held.mtimeMs > STALE_AFTER_MS) await rm(path, { force: true });
      else await delay(POLL_MS);
    }
    throw new ClipScribeError('StorageUnavailable', 'Others keep a lock on a stored document.');
  }
}
