import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ClipScribeError } from '../../domain/errors.ts';
import type { MediaFacts, SourceLocator, VideoMetadata } from '../../domain/media.ts';
import { publicUrl } from '../../domain/public-url.ts';
import { cleanTitle, titleFromFileName } from '../../domain/source-title.ts';
import type { Egress } from '../../ports/egress.ts';
import type { MediaTool } from '../../ports/media-tool.ts';
import type { ArrivingMedia, OpenAudioOptions, VideoSource } from '../../ports/video-source.ts';
import { downloadAudio, fetchIndex, planAudio } from './audio-first-download.ts';
import { openHttpClient } from './http-client.ts';
import type { HttpClient } from './http-client.ts';
import { isIsoMedia, isMediaFile } from './media-type.ts';
import { fetchRange, FIRST_LOOK_BYTES, openRemoteFile } from './remote-file.ts';
import type { RemoteFile } from './remote-file.ts';
import { downloadInOrder } from './sequential-download.ts';

export interface DirectLinkDependencies {
  egress: Egress;
  mediaTool: MediaTool;
  /** Larger files are refused with `MediaTooLarge`. */
  maxBytes: number;
  /** A transfer in which no byte comes for so long has stalled. */
  stallTimeoutMs?: number;
}

const DEFAULT_STALL_TIMEOUT_MS = 60_000;
/** Where containers that have no index in front keep what tells their duration. */
const TAIL_BYTES = 1024 ** 2;
/** Beside the folders of other sources in a job's work directory. */
const FOLDER = 'direct-link';

/** Links straight to a media file, fetched by ourselves: resumable, audio first where the file allows it. */
export const createDirectLinkSource = (dependencies: DirectLinkDependencies): VideoSource => {
  const { egress, mediaTool, maxBytes } = dependencies;
  const stallTimeoutMs = dependencies.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS;
  const openClient = (): HttpClient => openHttpClient(egress, { stallTimeoutMs });

  return {
    name: 'direct-link',

    accepts: async (locator, { signal }) => {
      if (locator.kind !== 'url') return false;
      const client = openClient();
      try {
        return await looksLikeMedia(client, locator.url, signal);
      } finally {
        await client.close();
      }
    },

    fetchMetadata: async (locator, { workDirectory, signal }) => {
      const client = openClient();
      try {
        const options = { workDirectory: join(workDirectory, FOLDER), maxBytes, signal };
        const file = await openRemoteFile(client, urlOf(locator), options);
        try {
          return describe(file, await probeRemote(client, file, { mediaTool, signal }));
        } finally {
          await file.partial.close();
        }
      } finally {
        await client.close();
      }
    },

    openAudio: async (locator, options) => {
      const client = openClient();
      try {
        const folder = {
          workDirectory: join(options.workDirectory, FOLDER),
          maxBytes,
          signal: options.signal,
        };
        const file = await openRemoteFile(client, urlOf(locator), folder);
        return await openMedia(client, file, { ...options, mediaTool, maxBytes });
      } catch (error) {
        await client.close();
        throw error;
      }
    },
  };
};

const urlOf = (locator: SourceLocator): string => {
  if (locator.kind !== 'url') throw new ClipScribeError('InvalidUrl', 'This is not a URL.');
  return locator.url;
};

/** Refusals that the next source would only repeat; with anything else the page may still work for yt-dlp. */
const FINAL_REFUSALS = new Set(['InvalidUrl', 'AddressBlocked', 'HostUnreachable']);

const looksLikeMedia = async (client: HttpClient, url: string, signal: AbortSignal): Promise<boolean> => {
  try {
    const answer = await client.get(url, { range: { start: 0, endExclusive: FIRST_LOOK_BYTES }, signal });
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= FIRST_LOOK_BYTES) break;
    }
    const { contentType, fileName: name } = answer;
    return await isMediaFile({ contentType, name, head: Buffer.concat(chunks) });
  } catch (error) {
    const failure = client.explain(error, signal);
    if (signal.aborted || (ClipScribeError.is(failure) && FINAL_REFUSALS.has(failure.code))) throw failure;
    // An empty file is one that is asked for by its range.
    return ClipScribeError.is(failure) && failure.code === 'EmptyFile';
  }
};

/** Probes a sparse copy that holds the file's head, its index or else its tail, and nothing between. */
const probeRemote = async (
  client: HttpClient,
  file: RemoteFile,
  { mediaTool, signal }: { mediaTool: MediaTool; signal: AbortSignal },
): Promise<MediaFacts | undefined> => {
  const { partial, totalBytes, sendsRanges } = file;
  const hasIndex = await fetchIndex(client, file, signal);
  if (!hasIndex && sendsRanges && totalBytes !== null) {
    await fetchRange(
      client,
      file,
      { start: Math.max(0, totalBytes - TAIL_BYTES), endExclusive: totalBytes },
      { signal },
    );
  }
  try {
    return await mediaTool.probe(partial.path, { signal });
  } catch (error) {
    // Without its end, such a file cannot be judged: it is not damaged, its facts come when it is there.
    const unfinished = !sendsRanges && isIsoMedia(await partial.read({ start: 0, endExclusive: 8 }));
    if (unfinished && ClipScribeError.is(error) && error.code === 'CorruptMedia') return undefined;
    throw error;
  }
};

const describe = (file: RemoteFile, facts: MediaFacts | undefined): VideoMetadata => ({
  id: null,
  title: facts?.title ? cleanTitle(facts.title) : titleFromFileName(file.fileName),
  url: publicUrl(file.url),
  channel: null,
  durationSeconds: facts?.durationSeconds ?? null,
  language: null,
  uploadedAt: null,
  chapters: [],
  thumbnailUrl: null,
  isLive: false,
  // Without a validator, nothing says that tomorrow's bytes are today's.
  fingerprint:
    file.validator === null ? null : sha256(JSON.stringify([file.url, file.validator, file.totalBytes])),
  ageLimit: null,
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

type OpenOptions = OpenAudioOptions & { mediaTool: MediaTool; maxBytes: number };

/** Decides between the audio's own bytes and the whole file, and starts fetching. */
const openMedia = async (
  client: HttpClient,
  file: RemoteFile,
  options: OpenOptions,
): Promise<ArrivingMedia> => {
  const { partial } = file;
  const end = async (): Promise<void> => {
    await client.close();
    await partial.close();
  };
  try {
    const plan = (await fetchIndex(client, file, options.signal))
      ? await planAudio(client, file, options)
      : undefined;
    if (plan === undefined) return growing(file, downloadInOrder(client, file, options).finally(end));
    await downloadAudio(client, file, plan, options);
    const availableBytes = partial.presentBytes;
    await end();
    const { path: filePath } = partial;
    return {
      kind: 'whole',
      filePath,
      completed: Promise.resolve({ filePath }),
      availableBytes: () => availableBytes,
    };
  } catch (error) {
    await partial.close();
    throw error;
  }
};

const growing = (file: RemoteFile, download: Promise<void>): ArrivingMedia => {
  const { path: filePath } = file.partial;
  const completed = download.then(() => ({ filePath }));
  // The caller may lose interest; its failure then is nobody's.
  completed.catch(() => undefined);
  return { kind: 'growing', filePath, completed, availableBytes: () => file.partial.contiguousEnd };
};
