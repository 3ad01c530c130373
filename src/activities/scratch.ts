import { statfsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { ClipScribeError } from '../domain/errors.ts';

/** A folder of a job that nobody knows is removed when it was not touched for this long. */
const STALE_AFTER_MS = 3 * 24 * 60 * 60 * 1000;

/** Left to others that write to the same disk. */
const RESERVE_BYTES = 200e6;

export interface AttemptFolder {
  path: string;
  remove: () => Promise<void>;
}

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

  /**
   * A folder for the attempt of a step that runs, empty, beside those of other steps of the job. What earlier attempts
   * have left goes; one whose time is over may still be ending, and removes its own folder only.
   *
   * @param step names it among the steps of the job; ours
   */
  async attemptFolder(jobId: string, step: string): Promise<AttemptFolder> {
    const folder = await this.folder(jobId);
    const left = (await readdir(folder)).filter((name) => name.startsWith(`${step}.`));
    for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
    const path = join(folder, `${step}.${Context.current().info.attempt}`);
    await mkdir(path, { mode: 0o700 });
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
  }

  async remove(jobId: string): Promise<void> {
    await rm(join(this.#root, jobId), { recursive: true, force: true });
  }

  /**
   * Removes what jobs have left here that have ended: where a worker died or a job went on elsewhere, no step of the
   * job may have come back.
   *
   * @param stateOf whether a job runs, or nobody knows it (any more)
   */
  async sweep(
    nowMs: number,
    stateOf: (jobId: string) => Promise<'running' | 'ended' | 'unknown'>,
  ): Promise<void> {
    await mkdir(this.#root, { recursive: true });
    for (const name of await readdir(this.#root)) {
      const path = join(this.#root, name);
      const state = await stateOf(name);
      if (state === 'running') continue;
      // Another worker of this host may be sweeping too.
      const mtimeMs = await stat(path).then(
        (found) => found.mtimeMs,
        () => nowMs,
      );
      if (state === 'ended' || nowMs - mtimeMs > STALE_AFTER_MS)
        await rm(path, { recursive: true, force: true });
    }
  }
}
