import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { saysDiskFull } from '../../domain/disk-full.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ByteRange } from '../../ports/artifact-store.ts';
import { contiguousEnd, countBytes, mergeRanges, missingRanges } from './byte-ranges.ts';

/** What tells one version of one remote file from another. */
export interface RemoteIdentity {
  url: string;
  totalBytes: number | null;
  validator: string | null;
}

const sidecarSchema = z.object({
  ranges: z.array(z.object({ start: z.number(), endExclusive: z.number() })),
});

const SIDECAR_INTERVAL_BYTES = 4 * 1024 ** 2;

/**
 * Parts of a remote file in a sparse local one, at their own offsets, with a small file beside it that says what is
 * there. Each version of the file has files of its own, so that one that is being read is never written over. A crash
 * loses at most the last few megabytes.
 */
export class PartialFile {
  readonly path: string;
  readonly #sidecarPath: string;
  readonly #handle: FileHandle;
  #known: readonly ByteRange[];
  /** Written since the list was last merged; audio-first downloads have tens of thousands of small ranges. */
  #unmerged: ByteRange[] = [];
  #unsavedBytes = 0;
  #saving: Promise<void> = Promise.resolve();

  private constructor(path: string, sidecarPath: string, handle: FileHandle, known: readonly ByteRange[]) {
    this.path = path;
    this.#sidecarPath = sidecarPath;
    this.#handle = handle;
    this.#known = known;
  }

  /** Opens what an earlier attempt left in the folder of the same version of the same file. */
  static async open(folder: string, identity: RemoteIdentity): Promise<PartialFile> {
    await mkdir(folder, { recursive: true });
    const name = nameOf(identity);
    const path = join(folder, `${name}.media`);
    const sidecarPath = join(folder, `${name}.json`);
    const { totalBytes, validator } = identity;
    const isIdentifiable = totalBytes !== null || validator !== null;
    // Another process of this host may be writing the same bytes to it.
    const handle = await open(
      path,
      constants.O_RDWR | constants.O_CREAT | (isIdentifiable ? 0 : constants.O_TRUNC),
    );
    const stored = isIdentifiable ? await readSidecar(sidecarPath) : [];
    const size = (await handle.stat()).size;
    // Somebody may have cut the file.
    const isUsable = stored.every(({ endExclusive }) => endExclusive <= size);
    const file = new PartialFile(path, sidecarPath, handle, isUsable ? stored : []);
    if (totalBytes !== null) await handle.truncate(totalBytes);
    await file.save();
    return file;
  }

  /** The end of what is there without a gap from the start. */
  get contiguousEnd(): number {
    return contiguousEnd(this.#ranges());
  }

  get presentBytes(): number {
    return countBytes(this.#ranges());
  }

  missing(wanted: readonly ByteRange[]): ByteRange[] {
    return missingRanges(wanted, this.#ranges());
  }

  #ranges(): readonly ByteRange[] {
    if (this.#unmerged.length > 0) {
      this.#known = mergeRanges([...this.#known, ...this.#unmerged]);
      this.#unmerged = [];
    }
    return this.#known;
  }

  /** @throws ClipScribeError `DiskFull` */
  async write(position: number, bytes: Uint8Array): Promise<void> {
    try {
      for (let written = 0; written < bytes.length;) {
        written += (await this.#handle.write(bytes, written, bytes.length - written, position + written))
          .bytesWritten;
      }
    } catch (cause) {
      throw saysDiskFull(cause)
        ? new ClipScribeError('DiskFull', 'The download does not fit on the disk.', { cause })
        : cause;
    }
    this.#unmerged.push({ start: position, endExclusive: position + bytes.length });
    this.#unsavedBytes += bytes.length;
    if (this.#unsavedBytes >= SIDECAR_INTERVAL_BYTES) await this.save();
  }

  async read(range: ByteRange): Promise<Buffer> {
    const length = range.endExclusive - range.start;
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(length), 0, length, range.start);
    return buffer.subarray(0, bytesRead);
  }

  /**
   * Writes down what is there; replaces the old list in one step. The bytes are on the disk first: after a power cut
   * the list would else name holes.
   */
  save(): Promise<void> {
    this.#unsavedBytes = 0;
    this.#saving = this.#saving
      .catch(() => undefined)
      .then(async () => {
        const temporary = `${this.#sidecarPath}.${process.pid}`;
        const list = JSON.stringify({ ranges: this.#ranges() });
        await this.#handle.datasync();
        await writeFile(temporary, list);
        await rename(temporary, this.#sidecarPath);
      });
    return this.#saving;
  }

  async close(): Promise<void> {
    await this.save().finally(() => this.#handle.close());
  }
}

const readSidecar = async (path: string): Promise<readonly ByteRange[]> => {
  try {
    return sidecarSchema.parse(JSON.parse(await readFile(path, 'utf8'))).ranges;
  } catch {
    // Absent or torn: then nothing of the file is trusted either.
    return [];
  }
};

/**
 * A hash, because addresses may hold secrets. With a validator the address says no more than the folder does: pages
 * give their video another one each time.
 */
const nameOf = ({ url, totalBytes, validator }: RemoteIdentity): string => {
  const identity = JSON.stringify([validator === null ? url : null, totalBytes, validator]);
  return `download-${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`;
};
