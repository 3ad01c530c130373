import { join } from 'node:path';
import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ClipMedia, ClipSource, FetchClipOptions } from '../../ports/clip-source.ts';
import type { SourceSpan } from '../../ports/reel-tool.ts';
import { CLIP_FORMATS, downloadArguments, LOCATED_PREFIX, locateArguments } from './arguments.ts';
import { explainFailure } from './classify-error.ts';
import { contextOf, DEFAULT_STALL_TIMEOUT_MS, SITE_TIMEOUT_MS, type YtDlpDependencies } from './common.ts';
import { followDownload } from './download.ts';
import { createVersionCheck } from './ensure-version.ts';
import { runYtDlp, startYtDlp } from './start-yt-dlp.ts';

export interface PageClipDependencies extends YtDlpDependencies {
  /** Reads stretches of media files by their addresses. */
  links: Pick<ClipSource, 'fetch'>;
}

const FOLDER = 'page';

const locatedSchema = z.object({ url: z.string(), protocol: z.string() });

/**
 * Clips of the videos of pages, by yt-dlp. Where the page's video is a file, only the stretch is read of it, as of any
 * link; a stream in pieces, or a file that its host gives to nobody but the page, is fetched whole. Takes every
 * address, so it comes last.
 */
export const createPageClipSource = (dependencies: PageClipDependencies): ClipSource => {
  const { egress, ytDlp, maxBytes, links } = dependencies;
  const stallTimeoutMs = dependencies.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS;
  const contextFor = contextOf(dependencies);
  const ensureSafeVersion = createVersionCheck({ ytDlp, maxBytes });

  /** The address of the video's file; undefined where it is no file. */
  const locate = async (href: string, workDirectory: string, signal: AbortSignal) => {
    const session = egress.openSession();
    try {
      const { exitCode, output, stderrTail } = await runYtDlp(
        locateArguments(href, CLIP_FORMATS, await contextFor(session.proxyUrl, workDirectory)),
        { ytDlp, workDirectory, signal, maxBytes, timeoutMs: SITE_TIMEOUT_MS },
      );
      if (exitCode !== 0) throw explainFailure(stderrTail, session.failure());
      return fileAddress(output);
    } finally {
      session.close();
    }
  };

  const fetchWhole = async (
    href: string,
    workDirectory: string,
    { signal, onProgress }: FetchClipOptions,
  ): Promise<ClipMedia> => {
    const session = egress.openSession();
    try {
      const child = startYtDlp(
        downloadArguments(href, CLIP_FORMATS, await contextFor(session.proxyUrl, workDirectory)),
        {
          ...{ ytDlp, workDirectory, signal, maxBytes },
        },
      );
      const media = await followDownload(child, {
        ...{ session, workDirectory, maxBytes, stallTimeoutMs, onProgress },
      });
      const { filePath } = await media.completed;
      return { filePath, isWhole: true, fingerprint: null };
    } finally {
      session.close();
    }
  };

  return {
    accepts: (locator) => Promise.resolve(locator.kind === 'url'),

    fetch: async (locator, span: SourceSpan, options) => {
      if (locator.kind !== 'url') throw new ClipScribeError('InvalidUrl', 'This is not a URL.');
      const { href } = await egress.checkUrl(locator.url);
      const folder = join(options.workDirectory, FOLDER);
      await ensureSafeVersion(folder, options.signal);
      const url = await locate(href, folder, options.signal);
      if (url === undefined) return fetchWhole(href, folder, options);
      try {
        return await links.fetch({ kind: 'url', url }, span, options);
      } catch (error) {
        // Some hosts want to be told from which page one comes, as yt-dlp does.
        if (!ClipScribeError.is(error) || error.code !== 'VideoUnavailable') throw error;
        return fetchWhole(href, folder, options);
      }
    },
  };
};

/** @throws ClipScribeError `LiveStream` where the page's video was passed over, because it has not ended */
function fileAddress(output: string): string | undefined {
  const line = output.split('\n').find((each) => each.startsWith(LOCATED_PREFIX));
  if (line === undefined)
    throw new ClipScribeError('LiveStream', 'The video is a live stream that has not ended.');
  try {
    const { url, protocol } = locatedSchema.parse(JSON.parse(line.slice(LOCATED_PREFIX.length)));
    return /^https?$/.test(protocol) ? url : undefined;
  } catch {
    // Formats that have no single address.
    return undefined;
  }
}
