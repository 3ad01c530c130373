import { statfsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipScribeError } from '../domain/errors.ts';

/** A job's folder that nobody touched for this long belongs to a job that ended elsewhere. */
const STALE_AFTER_MS = 3 * 24 * 60 * 60 * 1000;

/** Left to others that write to the same disk. */
const RESERVE_BYTES = 200e6;

/** The worker's scratch space: one folder per job, gone when the job ends. */
export class Scratch {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** The job's folder on this host, made if needed. */
  async folder(jobId: string): Promise<string> {
    const path = join(this.#root, jobId);
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /**
   * Refuses work that would fill the disk.
   *
   * @throws ClipScribeError `DiskFull`
   */
  requireRoom(bytes: number): void {
    const { bavail, bsize } = statfsSync(this.#root);
    const freeBytes = bavail * bsize - RESERVE_BYTES;
    if (bytes > freeBytes) {
      const [needed, free] = [bytes, Math.max(0, freeBytes)].map((count) => Math.ceil(count / 1e6));
      throw new ClipScribeError('DiskFull', `The work needs ${needed} MB of disk; ${free} MB are free.`);
    }
  }

  /** A folder within the job's, made empty; the name is ours. */
  async makeWithin(jobId: string, name: string): Promise<void> {
    await this.removeWithin(jobId, name);
    await mkdir(join(this.#root, jobId, name), { recursive: true, mode: 0o700 });
  }

  async removeWithin(jobId: string, name: string): Promise<void> {
    await rm(join(this.#root, jobId, name), { recursive: true, force: true });
  }

  async remove(jobId: string): Promise<void> {
    await rm(join(this.#root, jobId), { recursive: true, force: true });
  }

  /** Removes what jobs left behind whose worker died; called when a worker starts. */
  async sweep(nowMs: number): Promise<void> {
    await mkdir(this.#root, { recursive: true });
    for (const name of await readdir(this.#root)) {
      const path = join(this.#root, name);
      // Another worker of this host may be sweeping too.
      const mtimeMs = await stat(path).then(
        (found) => found.mtimeMs,
        () => nowMs,
      );
      if (nowMs - mtimeMs > STALE_AFTER_MS) await rm(path, { recursive: true, force: true });
    }
  }
}
