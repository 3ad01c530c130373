import { join } from 'node:path';
import type { PlaylistReader } from '../../ports/playlist-reader.ts';
import { playlistArguments } from './arguments.ts';
import { explainFailure } from './classify-error.ts';
import { contextOf, type YtDlpDependencies } from './common.ts';
import { createVersionCheck } from './ensure-version.ts';
import { parsePlaylist } from './playlist-info.ts';
import { runYtDlp } from './start-yt-dlp.ts';

type PlaylistReaderDependencies = Pick<YtDlpDependencies, 'egress' | 'ytDlp' | 'cookiesFile'>;

/** A channel of years takes hundreds of requests. */
const TIMEOUT_MS = 540_000;
/** It writes no media. */
const MAXIMUM_BYTES = 64 * 1024 ** 2;
const FOLDER = 'playlist';

/** Playlists, channels and feeds, by yt-dlp. */
export const createPlaylistReader = ({
  egress,
  ytDlp,
  cookiesFile,
}: PlaylistReaderDependencies): PlaylistReader => {
  const contextFor = contextOf({ cookiesFile });
  const ensureSafeVersion = createVersionCheck({ ytDlp, maxBytes: MAXIMUM_BYTES });
  return {
    read: async (url, { workDirectory, signal }) => {
      const { href } = await egress.checkUrl(url);
      const run = { ytDlp, workDirectory: join(workDirectory, FOLDER), signal, maxBytes: MAXIMUM_BYTES };
      await ensureSafeVersion(run.workDirectory, signal);
      const session = egress.openSession();
      try {
        const { exitCode, output, stderrTail } = await runYtDlp(
          playlistArguments(href, await contextFor(session.proxyUrl, run.workDirectory)),
          { ...run, timeoutMs: TIMEOUT_MS },
        );
        if (exitCode !== 0) throw explainFailure(stderrTail, session.failure());
        return parsePlaylist(output, href);
      } finally {
        session.close();
      }
    },
  };
};
