import { createHash } from 'node:crypto';
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
  /** A hash, because addresses may hold secrets. */
  urlSha256: z.string(),
  totalBytes: z.number().nullable(),
  validator: z.string().nullable(),
  ranges: z.array(z.object({ start: z.number(), endExclusive: z.number() })),
});
type Sidecar = z.infer<typeof sidecarSchema>;

const SIDECAR_INTERVAL_BYTES = 4 * 1024 ** 2;

/**
 * Parts of a remote file in a sparse local one, at their own offsets, with a small file beside it that says what
 * is there and of which version. A crash loses at most the last few megabytes.
 */
export class PartialFile {
  readonly path: string;
  readonly #sidecarPath: string;
  readonly #handle: FileHandle;
  readonly #sidecar: Sidecar;
  /** Written since the list was last merged; audio-first downloads have tens of thousands of small ranges. */
  #unmerged: ByteRange[] = [];
  #unsavedBytes = 0;
  #saving: Promise<void> = Promise.resolve();

  private constructor(path: string, sidecarPath: string, handle: FileHandle, sidecar: Sidecar) {
    this.path = path;
    this.#sidecarPath = sidecarPath;
    this.#handle = handle;
    this.#sidecar = sidecar;
  }

  /** Opens what an earlier attempt left in the folder; starts over where that was of another file or version. */
  static async open(folder: string, identity: RemoteIdentity): Promise<PartialFile> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, 'download.media');
    const sidecarPath = join(folder, 'download.json');
    const fresh: Sidecar = {
      urlSha256: createHash('sha256').update(identity.url).digest('hex'),
      totalBytes: identity.totalBytes,
      validator: identity.validator,
      ranges: [],
    };
    const stored = await readSidecar(sidecarPath);
    const identifiable = identity.totalBytes !== null || identity.validator !== null;
    const same =
      identifiable &&
      stored?.urlSha256 === fresh.urlSha256 &&
      stored.totalBytes === fresh.totalBytes &&
      stored.validator === fresh.validator;
    const handle = await open(path, same ? 'r+' : 'w+').catch(() => open(path, 'w+'));
    const size = (await handle.stat()).size;
    // Somebody may have cut the file.
    const usable = same && stored.ranges.every(({ endExclusive }) => endExclusive <= size);
    const file = new PartialFile(path, sidecarPath, handle, usable ? stored : fresh);
    if (identity.totalBytes !== null) await handle.truncate(identity.totalBytes);
    await file.save();
    return file;
  }

  get totalBytes(): number | null {
    return this.#sidecar.totalBytes;
  }

  get validator(): string | null {
    return this.#sidecar.validator;
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
      this.#sidecar.ranges = mergeRanges([...this.#sidecar.ranges, ...this.#unmerged]);
      this.#unmerged = [];
    }
    return this.#sidecar.ranges;
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
        const temporary = `${this.#sidecarPath}.new`;
        const list = JSON.stringify({ ...this.#sidecar, ranges: this.#ranges() });
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

const readSidecar = async (path: string): Promise<Sidecar | undefined> => {
  try {
    return sidecarSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Absent or torn: then nothing of the file is trusted either.
    return undefined;
  }
};
