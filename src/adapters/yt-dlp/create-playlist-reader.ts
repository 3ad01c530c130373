import { join } from 'node:path';
import type { Egress } from '../../ports/egress.ts';
import type { PlaylistReader } from '../../ports/playlist-reader.ts';
import { playlistArguments } from './arguments.ts';
import { copyCookies } from './cookies.ts';
import { explainFailure } from './classify-error.ts';
import { createVersionCheck } from './ensure-version.ts';
import { parsePlaylist } from './playlist-info.ts';
import { runYtDlp } from './start-yt-dlp.ts';

export interface PlaylistReaderDependencies {
  egress: Egress;
  /** Absolute path of yt-dlp. */
  ytDlp: string;
  /** A cookies.txt that is shown to sites; absent: none is. */
  cookiesFile?: string | undefined;
}

/** A channel of years takes hundreds of requests. */
const TIMEOUT_MS = 540_000;
const SOCKET_TIMEOUT_SECONDS = 20;
/** It writes no media. */
const MAXIMUM_BYTES = 64 * 1024 ** 2;
const FOLDER = 'playlist';

/** Playlists, channels and feeds, by yt-dlp. */
export const createPlaylistReader = ({
  egress,
  ytDlp,
  cookiesFile,
}: PlaylistReaderDependencies): PlaylistReader => {
  const ensureSafeVersion = createVersionCheck({ ytDlp, maxBytes: MAXIMUM_BYTES });
  return {
    read: async (url, { workDirectory, signal }) => {
      const { href } = await egress.checkUrl(url);
      const run = { ytDlp, workDirectory: join(workDirectory, FOLDER), signal, maxBytes: MAXIMUM_BYTES };
      await ensureSafeVersion(run.workDirectory, signal);
      const session = egress.openSession();
      try {
        const { exitCode, output, stderrTail } = await runYtDlp(
          playlistArguments(href, {
            ...{ proxyUrl: session.proxyUrl, nodePath: process.execPath },
            cookiesFile: await copyCookies(cookiesFile, run.workDirectory),
            socketTimeoutSeconds: SOCKET_TIMEOUT_SECONDS,
          }),
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
