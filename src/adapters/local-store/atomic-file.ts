import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StorableBody } from '../../ports/artifact-store.ts';
import { hashFile, stampOf } from './file-state.ts';
import type { FileState } from './file-state.ts';
import { isNothingThere, isOtherFileSystem } from './storage-errors.ts';

/** No write takes this long without a byte, so an older temporary file belongs to a process that died. */
const STALE_AFTER_MS = 3_600_000;
const MAX_PUBLISH_ATTEMPTS = 5;

type CopiedBody = Uint8Array | string | { stream: AsyncIterable<Uint8Array> };

/**
 * Writes files so that a reader, and a machine whose power fails, sees a whole file or none: a temporary file in
 * the same file system, fsync, rename, fsync of the folder. A scratch file is such a temporary file already.
 */
export class AtomicWriter {
  readonly #temporaryFolder: string;

  constructor(temporaryFolder: string) {
    this.#temporaryFolder = temporaryFolder;
  }

  /** Replaces what is at the path; of two writers at once, the later rename stays, whole. */
  async write(path: string, body: StorableBody | CopiedBody): Promise<FileState> {
    if (typeof body !== 'object' || !('scratchFile' in body)) return this.#copy(path, body);
    const scratch = await open(body.scratchFile, 'r+');
    try {
      const [state] = await Promise.all([hashFile(scratch), scratch.sync()]);
      await publish(body.scratchFile, path);
      return state;
    } catch (error) {
      if (!isOtherFileSystem(error)) throw error;
      const stream = scratch.createReadStream({ autoClose: false, start: 0 }) as AsyncIterable<Buffer>;
      return await this.#copy(path, { stream });
    } finally {
      await scratch.close();
    }
  }

  async #copy(path: string, body: CopiedBody): Promise<FileState> {
    const temporaryPath = join(this.#temporaryFolder, randomUUID());
    await mkdir(this.#temporaryFolder, { recursive: true });
    try {
      const written = await writeDurably(temporaryPath, body);
      await publish(temporaryPath, path);
      return written;
    } finally {
      await rm(temporaryPath, { force: true });
    }
  }

  /** Removes what writers that died left behind. */
  async sweep(): Promise<void> {
    const names = await readdir(this.#temporaryFolder).catch((error: unknown) => {
      if (isNothingThere(error)) return [];
      throw error;
    });
    for (const name of names) {
      const path = join(this.#temporaryFolder, name);
      const status = await stat(path).catch(() => undefined);
      if (status !== undefined && Date.now() - status.mtimeMs > STALE_AFTER_MS)
        await rm(path, { force: true });
    }
  }
}

const writeDurably = async (path: string, body: CopiedBody): Promise<FileState> => {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of chunksOf(body)) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.writeFile(chunk);
    }
    await file.sync();
    return { sha256: hash.digest('hex'), bytes, stamp: await stampOf(file) };
  } finally {
    await file.close();
  }
};

const chunksOf = (body: CopiedBody): AsyncIterable<Uint8Array> | Iterable<Uint8Array> => {
  if (typeof body === 'string') return [Buffer.from(body)];
  if (body instanceof Uint8Array) return [body];
  return body.stream;
};

const publish = async (temporaryPath: string, path: string): Promise<void> => {
  const folder = dirname(path);
  for (let attempt = 1; ; attempt += 1) {
    await mkdir(folder, { recursive: true });
    try {
      await rename(temporaryPath, path);
      break;
    } catch (error) {
      // Somebody removed the folder between the two calls.
      if (!isNothingThere(error) || attempt === MAX_PUBLISH_ATTEMPTS) throw error;
    }
  }
  await syncFolder(folder);
};

const syncFolder = async (folder: string): Promise<void> => {
  // Windows opens no folders; its file systems write names through by themselves.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r').catch((error: unknown) => {
    if (isNothingThere(error)) return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
};
