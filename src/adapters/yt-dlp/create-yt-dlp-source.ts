import { join } from 'node:path';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Fetchable } from '../../domain/kept-address.ts';
import type { SourceLocator } from '../../domain/media.ts';
import type { VideoSource } from '../../ports/video-source.ts';
import { AUDIO_FORMATS, downloadArguments, metadataArguments } from './arguments.ts';
import { explainFailure } from './classify-error.ts';
import { contextOf, DEFAULT_STALL_TIMEOUT_MS, SITE_TIMEOUT_MS, type YtDlpDependencies } from './common.ts';
import { followDownload } from './download.ts';
import { createVersionCheck } from './ensure-version.ts';
import { parseInfo } from './info.ts';
import { isLivePlaylist } from './live-playlist.ts';
import { runYtDlp, startYtDlp } from './start-yt-dlp.ts';

/** Beside the folders of other sources in a job's work directory. */
const FOLDER = 'page';

/** Pages of video sites, and pages that embed a video, by yt-dlp. Takes every URL, so it comes last. */
export const createYtDlpSource = (dependencies: YtDlpDependencies): VideoSource => {
  const { egress, ytDlp, maxBytes } = dependencies;
  const stallTimeoutMs = dependencies.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS;
  const contextFor = contextOf(dependencies);
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
          metadataArguments(href, await contextFor(session.proxyUrl, run.workDirectory)),
          { ...run, timeoutMs: SITE_TIMEOUT_MS },
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
        const context = await contextFor(session.proxyUrl, folder);
        const child = startYtDlp(downloadArguments(href, AUDIO_FORMATS, context), run);
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

const urlOf = (locator: Fetchable<SourceLocator>): string => {
  if (locator.kind !== 'url') throw new ClipScribeError('InvalidUrl', 'This is not a URL.');
  return locator.url;
};
