import { join } from 'node:path';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Fetchable } from '../../domain/kept-address.ts';
import type { SourceLocator } from '../../domain/media.ts';
import type { Egress } from '../../ports/egress.ts';
import type { MediaTool } from '../../ports/media-tool.ts';
import type { VideoSource } from '../../ports/video-source.ts';
import { openHttpClient } from './http-client.ts';
import type { HttpClient } from './http-client.ts';
import { isMediaFile } from './media-type.ts';
import { FIRST_LOOK_BYTES, openRemoteFile } from './remote-file.ts';
import { describeRemote, openMedia, probeRemote } from './remote-media.ts';

export interface DirectLinkDependencies {
  egress: Egress;
  mediaTool: MediaTool;
  /** Larger files are refused with `MediaTooLarge`. */
  maxBytes: number;
  /** A transfer in which no byte comes for so long has stalled. */
  stallTimeoutMs?: number;
}

const DEFAULT_STALL_TIMEOUT_MS = 60_000;
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
          return describeRemote(file, await probeRemote(client, file, { mediaTool, signal }));
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

const urlOf = (locator: Fetchable<SourceLocator>): string => {
  if (locator.kind !== 'url') throw new ClipScribeError('InvalidUrl', 'This is not a URL.');
  return locator.url;
};

/** Refusals that the next source would only repeat; with anything else the page may still work for yt-dlp. */
const FINAL_REFUSALS = new Set(['InvalidUrl', 'AddressBlocked', 'HostUnreachable']);

/** Whether an address leads straight to a media file, by its first bytes. */
export const looksLikeMedia = async (
  client: HttpClient,
  url: string,
  signal: AbortSignal,
): Promise<boolean> => {
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
