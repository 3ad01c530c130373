import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { NumberedClip } from '../contracts/reel-activities.ts';
import { saysDiskFull } from '../domain/disk-full.ts';
import { ClipScribeError } from '../domain/errors.ts';
import type { Fetchable } from '../domain/kept-address.ts';
import type { ClipLocator } from '../domain/reel-clip.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { ClipMedia, ClipSource } from '../ports/clip-source.ts';
import { fetchable } from '../ports/kept-addresses.ts';
import type { SourceSpan } from '../ports/reel-tool.ts';
import type { DownloadProgress } from '../ports/video-source.ts';
import type { Scratch } from './scratch.ts';

const mediaSchema = z.object({
  filePath: z.string(),
  fingerprint: z.string().nullable(),
  downloadedBytes: z.number(),
});

interface FetchOptions {
  jobId: string;
  signal: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
}

/** The span that is fetched of a clip. */
export const spanOf = ({ clip: { start, end } }: NumberedClip): SourceSpan => ({ start, end });

/**
 * Files of clips on this host: fetched once for a job, whichever of its steps comes first. Steps that need the same
 * clip at the same time wait for one transfer.
 */
export class ClipFiles {
  readonly #sources: readonly ClipSource[];
  readonly #scratch: Scratch;
  readonly #store: ArtifactStore;
  readonly #underWay = new Map<string, Promise<ClipMedia>>();

  /** @param store where whole addresses are kept */
  constructor(sources: readonly ClipSource[], scratch: Scratch, store: ArtifactStore) {
    this.#sources = sources;
    this.#scratch = scratch;
    this.#store = store;
  }

  /** @throws ClipScribeError see {@link ClipSource.fetch} */
  async fetch(numbered: NumberedClip, options: FetchOptions): Promise<ClipMedia> {
    const workDirectory = join(await this.#scratch.folder(options.jobId), `clip-${numbered.index}`);
    for (;;) {
      const before = this.#underWay.get(workDirectory);
      if (before === undefined) break;
      // The other one's cancellation is not ours: then one of those that wait fetches.
      const media = await before.catch(() => undefined);
      options.signal.throwIfAborted();
      if (media !== undefined) return media;
    }
    const fetching = this.#fetch(numbered, workDirectory, options)
      .catch(async (error: unknown) => {
        // It goes on on another host: the bytes that are here only stand in the way of others.
        if (isDiskFull(error)) await rm(workDirectory, { recursive: true, force: true });
        throw error;
      })
      .finally(() => {
        if (this.#underWay.get(workDirectory) === fetching) this.#underWay.delete(workDirectory);
      });
    this.#underWay.set(workDirectory, fetching);
    return fetching;
  }

  async #fetch(numbered: NumberedClip, workDirectory: string, options: FetchOptions): Promise<ClipMedia> {
    const { signal, onProgress } = options;
    const notePath = join(workDirectory, 'fetched.json');
    const noted = await readNote(notePath);
    if (noted !== undefined) return noted;
    const locator = await fetchable(this.#store, numbered.clip.locator);
    const source = await this.#pick(locator, signal);
    let hasChecked = false;
    const media = await source.fetch(locator, spanOf(numbered), {
      workDirectory,
      signal,
      onProgress: (progress) => {
        if (!hasChecked && progress.totalBytes !== null)
          this.#scratch.requireRoom(progress.totalBytes - progress.receivedBytes);
        hasChecked = true;
        onProgress?.(progress);
      },
    });
    // Files of this machine are read where they are, and may change between two steps.
    if (locator.kind !== 'file') await writeFile(notePath, JSON.stringify(media));
    return media;
  }

  async #pick(locator: Fetchable<ClipLocator>, signal: AbortSignal): Promise<ClipSource> {
    for (const source of this.#sources) if (await source.accepts(locator, { signal })) return source;
    throw new ClipScribeError('UnsupportedSite', 'No clip was found at this address.');
  }
}

const isDiskFull = (error: unknown): boolean =>
  saysDiskFull(error) || (ClipScribeError.is(error) && error.code === 'DiskFull');

async function readNote(path: string): Promise<ClipMedia | undefined> {
  try {
    return mediaSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Absent or torn: the transfer is asked for again, and finds what is there.
    return undefined;
  }
}
