import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
import { sha256 } from './stage-cache.ts';

const mediaSchema = z.object({
  filePath: z.string(),
  isWhole: z.boolean(),
  fingerprint: z.string().nullable(),
});

/** How the names of notes begin that say what has been fetched. */
const NOTED = 'fetched';

interface FetchOptions {
  jobId: string;
  signal: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
}

/** The span that is fetched of a clip. */
export const spanOf = ({ clip: { start, end } }: NumberedClip): SourceSpan => ({ start, end });

/**
 * Files of clips on this host: fetched once for a job, whichever of its steps comes first, and whichever clips show the
 * same media. Where those want the same media at the same time, one transfer follows another, for what is still
 * missing.
 */
export class ClipFiles {
  readonly #sources: readonly ClipSource[];
  readonly #scratch: Scratch;
  readonly #store: ArtifactStore;
  /** By the folder that they write to. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  /** @param store where whole addresses are kept */
  constructor(sources: readonly ClipSource[], scratch: Scratch, store: ArtifactStore) {
    this.#sources = sources;
    this.#scratch = scratch;
    this.#store = store;
  }

  /** @throws ClipScribeError see {@link ClipSource.fetch} */
  async fetch(numbered: NumberedClip, options: FetchOptions): Promise<ClipMedia> {
    const locator = await fetchable(this.#store, numbered.clip.locator);
    // Whole addresses may hold secrets, and two clips of one address refer to it by two keys.
    const name = `clip-${sha256(JSON.stringify(locator)).slice(0, 16)}`;
    const workDirectory = join(await this.#scratch.folder(options.jobId), name);
    for (;;) {
      const before = this.#underWay.get(workDirectory);
      if (before === undefined) break;
      // The other one's failure or cancellation is not ours: then one of those that wait fetches.
      await before.catch(() => undefined);
      options.signal.throwIfAborted();
    }
    const fetching = this.#fetch(locator, spanOf(numbered), { ...options, workDirectory })
      .catch(async (error: unknown) => {
        // It goes on on another host: the bytes that are here only stand in the way of others, unless a step uses them.
        if (isDiskFull(error) && !(await hasMedia(workDirectory)))
          await rm(workDirectory, { recursive: true, force: true });
        throw error;
      })
      .finally(() => this.#underWay.delete(workDirectory));
    this.#underWay.set(workDirectory, fetching);
    return fetching;
  }

  async #fetch(
    locator: Fetchable<ClipLocator>,
    span: SourceSpan,
    { workDirectory, signal, onProgress }: FetchOptions & { workDirectory: string },
  ): Promise<ClipMedia> {
    const notes = { whole: `${NOTED}.json`, stretch: `${NOTED}-${span.start}-${span.end ?? 'end'}.json` };
    for (const name of Object.values(notes)) {
      const noted = await readNote(join(workDirectory, name));
      if (noted !== undefined) return noted;
    }
    const source = await this.#pick(locator, signal);
    let hasChecked = false;
    const media = await source.fetch(locator, span, {
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
    if (locator.kind !== 'file')
      await writeFile(
        join(workDirectory, media.isWhole ? notes.whole : notes.stretch),
        JSON.stringify(media),
      );
    return media;
  }

  async #pick(locator: Fetchable<ClipLocator>, signal: AbortSignal): Promise<ClipSource> {
    for (const source of this.#sources) if (await source.accepts(locator, { signal })) return source;
    throw new ClipScribeError('UnsupportedSite', 'No clip was found at this address.');
  }
}

const isDiskFull = (error: unknown): boolean =>
  saysDiskFull(error) || (ClipScribeError.is(error) && error.code === 'DiskFull');

async function hasMedia(workDirectory: string): Promise<boolean> {
  const names = await readdir(workDirectory).catch(() => []);
  return names.some((name) => name.startsWith(NOTED));
}

async function readNote(path: string): Promise<ClipMedia | undefined> {
  try {
    return mediaSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Absent or torn: the transfer is asked for again, and finds what is there.
    return undefined;
  }
}
