import type { Egress } from '../../ports/egress.ts';
import type { CommandContext } from './arguments.ts';
import { copyCookies } from './cookies.ts';

/** What every use of yt-dlp on a page needs. */
export interface YtDlpDependencies {
  egress: Egress;
  /** Absolute path of yt-dlp. */
  ytDlp: string;
  /** Larger files are refused with `MediaTooLarge`. */
  maxBytes: number;
  /** A download in which nothing moves for so long has stalled. */
  stallTimeoutMs?: number;
  /** How long one answer of a site may take. */
  socketTimeoutSeconds?: number;
  /** A cookies.txt that is shown to sites; absent: none is. */
  cookiesFile?: string | undefined;
}

export const DEFAULT_STALL_TIMEOUT_MS = 60_000;
/** A site may take so long until it has told all about a video. */
export const SITE_TIMEOUT_MS = 180_000;
const DEFAULT_SOCKET_TIMEOUT_SECONDS = 20;

/** What a command line needs to know, by the proxy of its session; each run gets its own copy of the cookies. */
export const contextOf =
  ({
    socketTimeoutSeconds = DEFAULT_SOCKET_TIMEOUT_SECONDS,
    cookiesFile,
  }: Pick<YtDlpDependencies, 'socketTimeoutSeconds' | 'cookiesFile'>) =>
  async (proxyUrl: string, workDirectory: string): Promise<CommandContext> => ({
    ...{ proxyUrl, nodePath: process.execPath, socketTimeoutSeconds },
    cookiesFile: await copyCookies(cookiesFile, workDirectory),
  });
