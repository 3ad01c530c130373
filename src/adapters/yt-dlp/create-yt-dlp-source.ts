import { join } from 'node:path';
import { ClipScribeError } from '../../domain/errors.ts';
import type { SourceLocator } from '../../domain/media.ts';
import type { Egress } from '../../ports/egress.ts';
import type { VideoSource } from '../../ports/video-source.ts';
import { downloadArguments, metadataArguments } from './arguments.ts';
import type { CommandContext } from './arguments.ts';
import { explainFailure } from './classify-error.ts';
import { followDownload } from './download.ts';
import { createVersionCheck } from './ensure-version.ts';
import { parseInfo } from './info.ts';
import { isLivePlaylist } from './live-playlist.ts';
import { runYtDlp, startYtDlp } from './start-yt-dlp.ts';

export interface YtDlpSourceDependencies {
  egress: Egress;
  /** Absolute path of yt-dlp. */
  ytDlp: string;
  /** Larger files are refused with `MediaTooLarge`. */
  maxBytes: number;
  /** A download in which nothing moves for so long has stalled. */
  stallTimeoutMs?: number;
  /** How long one answer of a site may take. */
  socketTimeoutSeconds?: number;
}

const DEFAULT_STALL_TIMEOUT_MS = 60_000;
const DEFAULT_SOCKET_TIMEOUT_SECONDS = 20;
const METADATA_TIMEOUT_MS = 180_000;
/** Beside the folders of other sources in a job's work directory. */
const FOLDER = 'page';

/** Pages of video sites, and pages that embed a video, by yt-dlp. Takes every URL, so it comes last. */
export const createYtDlpSource = (dependencies: YtDlpSourceDependencies): VideoSource => {
  const { egress, ytDlp, maxBytes } = dependencies;
  const stallTimeoutMs = dependencies.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS;
  const contextFor = (proxyUrl: string): CommandContext => ({
    proxyUrl,
    nodePath: process.execPath,
    socketTimeoutSeconds: dependencies.socketTimeoutSeconds ?? DEFAULT_SOCKET_TIMEOUT_SECONDS,
  });

  const ensureSafeVersion = createVersionCheck({ ytDlp, maxBytes });

  return {
    name: 'page',

    accepts: (locator) => Promise.resolve(locator.kind === 'url'),

    fetchMetadata: async (locator, { workDirectory, signal }) => {
      const { href } = await egress.checkUrl(urlOf(locator));
      const run = { ytDlp, workDirectory: join(workDirectory, FOLDER), signal, maxBytes };
      await ensureSafeVersion(run.workDirectory, signal);
      const session = egress.openSession();
      try {
        const { exitCode, output, stderrTail } = await runYtDlp(
          metadataArguments(href, contextFor(session.proxyUrl)),
          { ...run, timeoutMs: METADATA_TIMEOUT_MS },
        );
        if (exitCode !== 0) throw explainFailure(stderrTail, session.failure());
        const { metadata, uncertainPlaylistUrl } = parseInfo(output, href);
        const isLive =
          metadata.isLive ||
          (uncertainPlaylistUrl !== null && (await isLivePlaylist(uncertainPlaylistUrl, session, signal)));
        return { ...metadata, isLive };
      } finally {
        session.close();
      }
    },

    openAudio: async (locator, { workDirectory, signal, onProgress }) => {
      const { href } = await egress.checkUrl(urlOf(locator));
      const folder = join(workDirectory, FOLDER);
      const run = { ytDlp, workDirectory: folder, signal, maxBytes };
      await ensureSafeVersion(folder, signal);
      const session = egress.openSession();
      try {
        const child = startYtDlp(downloadArguments(href, contextFor(session.proxyUrl)), run);
        const options = { session, workDirectory: folder, maxBytes, stallTimeoutMs, onProgress };
        const media = await followDownload(child, options);
        media.completed.finally(() => session.close()).catch(() => undefined);
        return media;
      } catch (error) {
        session.close();
        throw error;
      }
    },
  };
};

const urlOf = (locator: SourceLocator): string => {
  if (locator.kind !== 'url') throw new ClipScribeError('InvalidUrl', 'This is not a URL.');
  return locator.url;
};
