import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { open, readFile, readdir, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { artifactKey, artifactUri } from '../../domain/artifact.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ArtifactStore, ByteRange } from '../../ports/artifact-store.ts';
import { AtomicWriter } from './atomic-file.ts';
import type { FileState } from './file-state.ts';
import { HashNotes } from './hash-notes.ts';
import { checkKey } from './key.ts';
import { isNothingThere, toStorageError } from './storage-errors.ts';

/** Both start with a dot, as no key does. */
const TEMPORARY_FOLDER = '.temporary';
const NOTES_FOLDER = '.hashes';

/** ArtifactStore in a local folder: the object of key `jobs/a/core.json` is the file of that name below the root. */
export class LocalArtifactStore implements ArtifactStore {
  readonly #root: string;
  readonly #writer: AtomicWriter;
  readonly #notes: HashNotes;
  #swept: Promise<void> | undefined;

  /** @param rootFolder made when the first object is stored */
  constructor(rootFolder: string) {
    this.#root = resolve(rootFolder);
    this.#writer = new AtomicWriter(join(this.#root, TEMPORARY_FOLDER));
    this.#notes = new HashNotes(join(this.#root, NOTES_FOLDER), this.#writer);
  }

  async put(key: string, body: Uint8Array | string | { filePath: string }): Promise<ArtifactRef> {
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
      if (createHash('sha256').update(bytes).digest('hex') !== reference.sha256) throw damaged(key);
      return bytes;
    } catch (error) {
      throw isNothingThere(error) ? missing(key) : toStorageError(error);
    }
  }

  async openStream(reference: ArtifactRef, range?: ByteRange): Promise<Readable> {
    const key = artifactKey(reference);
    checkKey(key);
    const { start, endExclusive } = range ?? { start: 0, endExclusive: reference.bytes };
    if (start < 0 || start > endExclusive || endExclusive > reference.bytes) {
      throw new ClipScribeError('InternalError', 'A range lies outside its artifact.');
    }
    try {
      const file = await open(this.#path(key), 'r');
      if ((await file.stat()).size !== reference.bytes) {
        await file.close();
        throw damaged(key);
      }
      const expectedSha256 = range === undefined ? reference.sha256 : undefined;
      return Readable.from(readRange(file, key, { start, endExclusive }, expectedSha256), {
        objectMode: false,
      });
    } catch (error) {
      throw isNothingThere(error) ? missing(key) : toStorageError(error);
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    checkKey(prefix);
    try {
      yield* keysBelow(this.#path(prefix), prefix);
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async removeAll(prefix: string): Promise<void> {
    checkKey(prefix);
    try {
      await rm(this.#path(prefix), { recursive: true, force: true });
      await this.#notes.forget(prefix);
    } catch (error) {
      throw toStorageError(error);
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
  if (expectedSha256 !== undefined && hash.digest('hex') !== expectedSha256) throw damaged(key);
}

/** In the order of the whole keys, as buckets list them: a folder sorts as its name with `/` behind it. */
async function* keysBelow(folder: string, prefix: string): AsyncIterable<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isNothingThere(error)) return [];
    throw error;
  });
  const sortName = (entry: Dirent): string => (entry.isDirectory() ? `${entry.name}/` : entry.name);
  entries.sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
  for (const entry of entries) {
    const key = `${prefix}/${entry.name}`;
    if (entry.isDirectory()) yield* keysBelow(join(folder, entry.name), key);
    else yield key;
  }
}

const missing = (key: string): ClipScribeError =>
  new ClipScribeError('ArtifactMissing', `There is no stored object ${key}.`);

const damaged = (key: string): ClipScribeError =>
  new ClipScribeError('ArtifactMissing', `The stored object ${key} is not the one that was written.`);
