import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { artifactKey, artifactUri } from '../../domain/artifact.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import { artifactMissing, artifactReplaced, checkKey, checkRange } from '../../domain/artifact-key.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type {
  ArtifactStore,
  ByteRange,
  CurrentObject,
  StorableBody,
  StoredObject,
  UploadReceiver,
} from '../../ports/artifact-store.ts';
import { AtomicWriter } from './atomic-file.ts';
import { stampOf, type FileState } from './file-state.ts';
import { filesBelow, removeEmptyFolders } from './folder-tree.ts';
import { HashNotes } from './hash-notes.ts';
import { KeyLocks } from './key-locks.ts';
import { isNothingThere, toStorageError } from './storage-errors.ts';

/** They start with a dot, as no key does. */
const TEMPORARY_FOLDER = '.temporary';
const NOTES_FOLDER = '.hashes';
const LOCKS_FOLDER = '.locks';

/** ArtifactStore in a local folder: the object of key `jobs/a/core.json` is the file of that name below the root. */
export class LocalArtifactStore implements ArtifactStore, UploadReceiver {
  readonly #root: string;
  readonly #writer: AtomicWriter;
  readonly #notes: HashNotes;
  readonly #locks: KeyLocks;
  #swept: Promise<void> | undefined;

  /** @param rootFolder made when the first object is stored */
  constructor(rootFolder: string) {
    this.#root = resolve(rootFolder);
    this.#writer = new AtomicWriter(join(this.#root, TEMPORARY_FOLDER));
    this.#notes = new HashNotes(join(this.#root, NOTES_FOLDER), this.#writer);
    this.#locks = new KeyLocks(join(this.#root, LOCKS_FOLDER));
  }

  async put(key: string, body: StorableBody): Promise<ArtifactRef> {
    checkKey(key);
    try {
      // A sweep that fails takes nothing from this object; if the folder is at fault, the write says so.
      await (this.#swept ??= this.#writer.sweep().catch(() => undefined));
      const state = await this.#writer.write(this.#path(key), body);
      await this.#notes.remember(key, state);
      return toReference(key, state);
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async putUnchanged(key: string, content: string, version: string | null): Promise<boolean> {
    checkKey(key);
    try {
      return await this.#locks.hold(key, async () => {
        const current = await this.readCurrent(key);
        const isThisOne = (current?.version ?? null) === version;
        if (!isThisOne) return current !== undefined && Buffer.from(content).equals(current.content);
        await this.put(key, content);
        return true;
      });
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async readCurrent(key: string): Promise<CurrentObject | undefined> {
    checkKey(key);
    try {
      const file = await open(this.#path(key), 'r');
      try {
        // The open file stays the same one, whatever is renamed to its path.
        return { version: await stampOf(file), content: await file.readFile() };
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isNothingThere(error)) return undefined;
      throw toStorageError(error);
    }
  }

  async find(key: string): Promise<ArtifactRef | undefined> {
    checkKey(key);
    try {
      const state = await this.#notes.find(key, this.#path(key));
      return state && toReference(key, state);
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async read(reference: ArtifactRef): Promise<Uint8Array> {
    const key = artifactKey(reference);
    checkKey(key);
    try {
      const bytes = await readFile(this.#path(key));
      if (createHash('sha256').update(bytes).digest('hex') !== reference.sha256) throw artifactReplaced(key);
      return bytes;
    } catch (error) {
      throw isNothingThere(error) ? artifactMissing(key) : toStorageError(error);
    }
  }

  async openStream(reference: ArtifactRef, range?: ByteRange): Promise<Readable> {
    const key = artifactKey(reference);
    checkKey(key);
    const part = range ?? { start: 0, endExclusive: reference.bytes };
    checkRange(part, reference.bytes);
    const isThisOne = async (file: FileHandle) => (await file.stat()).size === reference.bytes;
    return this.#open(key, part, isThisOne, range === undefined ? reference.sha256 : undefined);
  }

  async inspect(key: string): Promise<StoredObject | undefined> {
    checkKey(key);
    try {
      return await inspectFile(this.#path(key), key);
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async openVersion({ key, bytes, version }: StoredObject, range: ByteRange): Promise<Readable> {
    checkKey(key);
    checkRange(range, bytes);
    return this.#open(key, range, async (file) => (await stampOf(file)) === version);
  }

  async *list(prefix: string, { after }: { after?: string | undefined } = {}): AsyncIterable<StoredObject> {
    checkKey(prefix);
    try {
      for await (const key of filesBelow(this.#path(prefix), prefix, after)) {
        // Somebody may have removed it by now.
        const object = await inspectFile(this.#path(key), key);
        if (object !== undefined) yield object;
      }
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    keys.forEach(checkKey);
    try {
      for (const key of keys) {
        // A folder of that name is no object.
        if ((await inspectFile(this.#path(key), key)) === undefined) continue;
        await rm(this.#path(key), { force: true });
        await removeEmptyFolders(this.#root, key);
        await this.#notes.forget(key);
      }
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async removeAll(prefix: string): Promise<void> {
    checkKey(prefix);
    try {
      await rm(this.#path(prefix), { recursive: true, force: true });
      await removeEmptyFolders(this.#root, prefix);
      await this.#notes.forget(prefix);
    } catch (error) {
      throw toStorageError(error);
    }
  }

  /** A folder has no address that others could read. */
  presignDownload(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Nor one that others could write to. */
  presignUpload(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async receive(key: string, body: AsyncIterable<Uint8Array>, bytes: number): Promise<void> {
    checkKey(key);
    try {
      await this.#writer.write(this.#path(key), { stream: exactly(body, bytes) });
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async #open(
    key: string,
    range: ByteRange,
    isThisOne: (file: FileHandle) => Promise<boolean>,
    expectedSha256?: string,
  ): Promise<Readable> {
    try {
      const file = await open(this.#path(key), 'r');
      if (!(await isThisOne(file))) {
        await file.close();
        throw artifactReplaced(key);
      }
      const stream = Readable.from(readRange(file, key, range, expectedSha256), { objectMode: false });
      // Where nobody has begun to read, the generator has not either, and closes nothing.
      return stream.once('close', () => void file.close().catch(() => undefined));
    } catch (error) {
      throw isNothingThere(error) ? artifactMissing(key) : toStorageError(error);
    }
  }

  #path(key: string): string {
    return join(this.#root, key);
  }
}

const toReference = (key: string, { sha256, bytes }: FileState): ArtifactRef => ({
  uri: artifactUri(key),
  sha256,
  bytes,
});

async function* readRange(
  file: FileHandle,
  key: string,
  { start, endExclusive }: ByteRange,
  expectedSha256: string | undefined,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  try {
    if (endExclusive > start) {
      const stream = file.createReadStream({ start, end: endExclusive - 1, autoClose: false });
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        hash.update(chunk);
        yield chunk;
      }
    }
  } catch (error) {
    throw toStorageError(error);
  } finally {
    await file.close();
  }
  if (expectedSha256 !== undefined && hash.digest('hex') !== expectedSha256) throw artifactReplaced(key);
}

const inspectFile = async (path: string, key: string): Promise<StoredObject | undefined> => {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (isNothingThere(error)) return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const status = await file.stat();
    if (!status.isFile()) return undefined;
    return { key, bytes: status.size, version: await stampOf(file), storedAt: status.mtime };
  } finally {
    await file.close();
  }
};

/** Passes bytes on, and fails when there are more or fewer of them than there should be. */
async function* exactly(body: AsyncIterable<Uint8Array>, bytes: number): AsyncIterable<Uint8Array> {
  let received = 0;
  for await (const chunk of body) {
    received += chunk.byteLength;
    if (received > bytes) break;
    yield chunk;
  }
  if (received !== bytes)
    throw new ClipScribeError('InvalidInput', `The upload does not have the ${bytes} bytes it was to have.`);
}
