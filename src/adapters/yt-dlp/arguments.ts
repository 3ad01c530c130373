/** What a command line needs to know besides the address. */
export interface CommandContext {
  /** The egress proxy with the session's credentials. */
  proxyUrl: string;
  /** The Node.js that runs us; YouTube's players are scripts that must be run. */
  nodePath: string;
  socketTimeoutSeconds: number;
  /** A cookies.txt of the run's own, where the user gives one. */
  cookiesFile?: string | undefined;
}

/** Each line of standard output that is ours begins with one of these, followed by JSON. */
export const LINE_PREFIXES = { chosen: 'CHOSEN ', progress: 'PROGRESS ', saved: 'SAVED ' } as const;

/** The line that {@link locateArguments} prints begins so. */
export const LOCATED_PREFIX = 'LOCATED ';

/**
 * Only what yt-dlp fetches itself and so through the proxy; rtmp, rtsp, mms and websockets are left to programs
 * and code that know no proxy.
 */
const REACHABLE = "[protocol~='^(https?|m3u8|m3u8_native|http_dash_segments)$']";

/**
 * Audio alone where the site has it. Else the smallest usual picture, since it is thrown away; the sound of these
 * is as good as that of larger ones. A site that tells no height gives its best.
 */
export const AUDIO_FORMATS = `bestaudio${REACHABLE}/best${REACHABLE}[height<=?480]/best${REACHABLE}`;

/**
 * Picture and sound in one file, because nothing here would join two; no larger than the frame of a reel where the
 * site has a choice.
 */
export const CLIP_FORMATS = `best${REACHABLE}[height<=?1080]/best${REACHABLE}`;

/**
 * Hardening, on every command line. No configuration, plugins, cache or commands of the host reach the run, and of
 * its cookies those that were given for it; ffmpeg is withheld because it would be given addresses, and yt-dlp's own
 * downloaders do without. The generic extractor stays on, because pages that embed a media file are what many users
 * have; what it can be led to is bounded by the proxy, not by a list of sites.
 */
const common = ({ proxyUrl, nodePath, socketTimeoutSeconds, cookiesFile }: CommandContext): string[] => [
  '--ignore-config',
  '--no-plugin-dirs',
  '--no-exec',
  '--no-cache-dir',
  '--no-remote-components',
  ...['--ffmpeg-location', '/nonexistent', '--fixup', 'never', '--downloader', 'native'],
  ...['--no-js-runtimes', '--js-runtimes', `node:${nodePath}`],
  ...(cookiesFile === undefined ? [] : ['--cookies', cookiesFile]),
  ...['--proxy', proxyUrl, '--socket-timeout', String(socketTimeoutSeconds)],
  ...['--retries', '4', '--fragment-retries', '4', '--extractor-retries', '2', '--retry-sleep', 'exp=0.5:8'],
  ...['--color', 'never', '--no-warnings', '--no-playlist'],
];

/** One JSON description on standard output, nothing downloaded. Two entries tell a playlist from a video. */
export const metadataArguments = (url: string, context: CommandContext): string[] => [
  ...common(context),
  ...['--playlist-items', '1:2', '--dump-single-json', '--', url],
];

/** Videos of one playlist at most. */
const LONGEST_PLAYLIST = 20_000;

/** One JSON description of a playlist on standard output, with its entries as they are listed: none is opened. */
export const playlistArguments = (url: string, context: CommandContext): string[] => [
  ...common(context),
  ...['--yes-playlist', '--flat-playlist', '--playlist-items', `1:${LONGEST_PLAYLIST}`],
  ...['--dump-single-json', '--', url],
];

/** Where the file lies that a page's video is fetched from; nothing is downloaded. */
export const locateArguments = (url: string, formats: string, context: CommandContext): string[] => [
  ...common(context),
  ...['--playlist-items', '1', '--match-filters', '!is_live', '--format', formats],
  ...['--print', `video:${LOCATED_PREFIX}%(.{url,protocol})j`, '--', url],
];

/**
 * Downloads one video in the first of some formats that it has into the working folder. File names are made of the
 * format's id only, so that a resumed download never joins two formats; titles stay out of them.
 */
export const downloadArguments = (url: string, formats: string, context: CommandContext): string[] => [
  ...common(context),
  ...['--playlist-items', '1', '--match-filters', '!is_live'],
  ...['--format', formats, '--abort-on-unavailable-fragments'],
  // One connection gets a fraction of the line from many sites; more than a few gain nothing and look like abuse.
  ...['--concurrent-fragments', '4', '--continue', '--part', '--no-mtime'],
  ...['--restrict-filenames', '--output', 'source-%(format_id).40B.%(ext)s'],
  ...['--progress', '--newline', '--progress-delta', '1'],
  ...['--progress-template', `download:${LINE_PREFIXES.progress}%(progress.{${PROGRESS_FIELDS}})j`],
  ...['--print', `before_dl:${LINE_PREFIXES.chosen}%(.{is_live,filesize,filesize_approx})j`],
  ...['--print', `after_move:${LINE_PREFIXES.saved}%(filepath)j`],
  ...['--', url],
];

const PROGRESS_FIELDS = 'status,downloaded_bytes,total_bytes,total_bytes_estimate,tmpfilename';
