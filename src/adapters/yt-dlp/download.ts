import { statSync } from 'node:fs';
import { link, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ClipScribeError } from '../../domain/errors.ts';
import type { EgressSession } from '../../ports/egress.ts';
import type { ArrivingMedia, DownloadProgress } from '../../ports/video-source.ts';
import type { RunningProcess } from '../process/start-process.ts';
import { explainFailure } from './classify-error.ts';
import { parseOutputLine } from './output-lines.ts';
import type { OutputLine } from './output-lines.ts';

export interface DownloadOptions {
  session: EgressSession;
  workDirectory: string;
  maxBytes: number;
  stallTimeoutMs: number;
  onProgress: (progress: DownloadProgress) => void;
}

const WATCH_INTERVAL_MS = 500;
/** Until the first byte, yt-dlp asks the site's pages and runs its scripts, and says nothing meanwhile. */
const PREPARATION_TIMEOUT_MS = 180_000;

/**
 * Follows a running yt-dlp: gives the growing file as soon as there is one, and the whole file at the end.
 *
 * yt-dlp renames the file when it is complete. So that readers of the growing file never meet the moment in
 * between, they get a second name (a hard link) of the same file.
 */
export const followDownload = async (
  child: RunningProcess,
  options: DownloadOptions,
): Promise<ArrivingMedia> => {
  const growingPath = join(options.workDirectory, 'arriving.media');
  await rm(growingPath, { force: true });
  const growing = Promise.withResolvers<boolean>();
  const download = new RunningDownload(child, options, async (partPath) => {
    // Already complete and renamed: then there is nothing left to grow.
    const linked = await link(partPath, growingPath).then(
      () => true,
      () => false,
    );
    if (linked) growing.resolve(true);
  });
  const completed = download.run();
  completed.then(() => growing.resolve(false), growing.reject);
  if (await growing.promise) {
    return { kind: 'growing', filePath: growingPath, completed, availableBytes: () => sizeOf(growingPath) };
  }
  const { filePath } = await completed;
  return { kind: 'whole', filePath, completed, availableBytes: () => sizeOf(filePath) };
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

class RunningDownload {
  readonly #child: RunningProcess;
  readonly #options: DownloadOptions;
  readonly #onGrowing: (partPath: string) => Promise<void>;
  #partPath: string | undefined;
  #savedPath: string | undefined;
  #begun = false;
  #stopReason: ClipScribeError | undefined;
  #lastSign = performance.now();
  #lastBytes = 0;

  constructor(
    child: RunningProcess,
    options: DownloadOptions,
    onGrowing: (partPath: string) => Promise<void>,
  ) {
    this.#child = child;
    this.#options = options;
    this.#onGrowing = onGrowing;
  }

  async run(): Promise<{ filePath: string }> {
    const watch = setInterval(() => this.#watch(), WATCH_INTERVAL_MS);
    try {
      for await (const line of createInterface({ input: this.#child.stdout })) {
        const parsed = parseOutputLine(line);
        if (parsed !== undefined) await this.#take(parsed);
      }
      const { exitCode, stderrTail } = await this.#child.exited;
      if (this.#stopReason !== undefined) throw this.#stopReason;
      if (exitCode !== 0) throw explainFailure(stderrTail, this.#options.session.failure());
      return await this.#result();
    } catch (error) {
      // yt-dlp ended by our hand reports a signal, not our reason.
      throw ClipScribeError.is(error) ? (this.#stopReason ?? error) : error;
    } finally {
      clearInterval(watch);
      this.#child.stop();
    }
  }

  async #take(line: OutputLine): Promise<void> {
    this.#lastSign = performance.now();
    switch (line.kind) {
      case 'chosen':
        this.#begun = true;
        if (line.isLive)
          this.#stop(new ClipScribeError('LiveStream', 'The video is a live stream that has not ended.'));
        else this.#checkSize(line.expectedBytes ?? 0);
        return;
      case 'progress':
        this.#options.onProgress(line.progress);
        if (line.growingPath !== null && this.#partPath === undefined) {
          this.#partPath = this.#inside(line.growingPath);
          await this.#onGrowing(this.#partPath);
        }
        return;
      case 'saved':
        this.#savedPath = this.#inside(line.filePath);
        return;
    }
  }

  /** Fragments arrive in files beside the growing one, so any word of yt-dlp counts as a sign of life, too. */
  #watch(): void {
    const bytes = this.#partPath === undefined ? 0 : sizeOf(this.#partPath);
    if (bytes !== this.#lastBytes) this.#lastSign = performance.now();
    this.#lastBytes = bytes;
    this.#checkSize(bytes);
    const patienceMs = this.#partPath === undefined ? PREPARATION_TIMEOUT_MS : this.#options.stallTimeoutMs;
    if (performance.now() - this.#lastSign > patienceMs) {
      this.#stop(new ClipScribeError('DownloadStalled', 'No data came from the site for a while.'));
    }
  }

  #checkSize(bytes: number): void {
    const { maxBytes } = this.#options;
    if (bytes > maxBytes) {
      this.#stop(
        new ClipScribeError('MediaTooLarge', `The media is larger than the limit of ${maxBytes} bytes.`),
      );
    }
  }

  #stop(reason: ClipScribeError): void {
    this.#stopReason ??= reason;
    this.#child.stop();
  }

  /** @throws ClipScribeError `ToolCrashed` where a path leads out of the folder */
  #inside(path: string): string {
    const absolute = resolve(this.#options.workDirectory, path);
    if (
      dirname(absolute) !== resolve(this.#options.workDirectory) ||
      !basename(absolute).startsWith('source-')
    ) {
      throw new ClipScribeError('ToolCrashed', 'yt-dlp wrote to a place it was not told to.');
    }
    return absolute;
  }

  async #result(): Promise<{ filePath: string }> {
    if (this.#savedPath === undefined) {
      // It ended well without saving anything: the filter took the video away.
      throw this.#begun
        ? new ClipScribeError('ToolCrashed', 'yt-dlp ended without a file.')
        : new ClipScribeError('LiveStream', 'The video is a live stream that has not ended.');
    }
    const { size } = await stat(this.#savedPath);
    if (size === 0) throw new ClipScribeError('EmptyFile', 'The site sent an empty file.');
    this.#options.onProgress({ receivedBytes: size, totalBytes: size });
    return { filePath: this.#savedPath };
  }
}
