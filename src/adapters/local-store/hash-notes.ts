import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AtomicWriter } from './atomic-file.ts';
import { hashFile, stampOf } from './file-state.ts';
import type { FileState } from './file-state.ts';
import { isNothingThere } from './storage-errors.ts';

const noteSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
  stamp: z.string(),
});

/**
 * The hashes of stored files, so that a lookup does not read the whole file. The notes lie in a tree of their own.
 *
 * A note is a memory and never the truth: it holds the stamp of the file it was made from. After a crash between
 * the two writes, after two writers have overtaken each other, after a restore or an edit by hand, the stamps
 * differ, and the file is hashed once more. So file and note need no transaction.
 */
export class HashNotes {
  readonly #folder: string;
  readonly #writer: AtomicWriter;

  constructor(folder: string, writer: AtomicWriter) {
    this.#folder = folder;
    this.#writer = writer;
  }

  /** What is known of a file; undefined when there is none. */
  async find(key: string, filePath: string): Promise<FileState | undefined> {
    const file = await open(filePath, 'r').catch((error: unknown) => {
      if (isNothingThere(error)) return undefined;
      throw error;
    });
    if (file === undefined) return undefined;
    try {
      if (!(await file.stat()).isFile()) return undefined;
      const note = await this.#read(key);
      if (note?.stamp === (await stampOf(file))) return note;
      const state = await hashFile(file);
      await this.remember(key, state);
      return state;
    } finally {
      await file.close();
    }
  }

  async remember(key: string, state: FileState): Promise<void> {
    await this.#writer.write(join(this.#folder, key), JSON.stringify(state));
  }

  /** Forgets a key, or all keys below a prefix. */
  async forget(prefix: string): Promise<void> {
    await rm(join(this.#folder, prefix), { recursive: true, force: true });
  }

  async #read(key: string): Promise<FileState | undefined> {
    try {
      return noteSchema.parse(JSON.parse(await readFile(join(this.#folder, key), 'utf8')));
    } catch {
      // Absent or unreadable: the file itself is asked.
      return undefined;
    }
  }
}
