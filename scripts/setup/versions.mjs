/** Versions of programs as they print them, and the oldest ones that will do. Pure. */

/** @typedef {readonly [major: number, minor: number, patch: number]} Version */

/** The oldest versions that ClipScribe works with. */
export const OLDEST = {
  /** What can run these scripts (AbortSignal.any). */
  node: /** @type {Version} */ ([20, 3, 0]),
  /** What runs TypeScript as it is, and what every dependency supports. */
  nodeRuntime: /** @type {Version} */ ([24, 0, 0]),
  python: /** @type {Version} */ ([3, 10, 0]),
  /** Oldest release series that still gets fixes in a current distribution (Ubuntu 22.04). */
  ffmpeg: /** @type {Version} */ ([4, 4, 0]),
  /** First server with fair turns between users (priority and fairness keys). */
  temporalServer: /** @type {Version} */ ([1, 29, 0]),
  /** First Go that fetches by itself the toolchain that a module asks for. */
  go: /** @type {Version} */ ([1, 21, 0]),
};

/**
 * The first version number in a text: `Python 3.11.7`, `v24.1`, `go version go1.26.8 linux/amd64`.
 *
 * @param {string} text
 * @returns {Version | undefined} missing parts are 0; undefined where there is no number with a dot
 */
export function parseVersion(text) {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/**
 * @param {Version} version
 * @param {Version} oldest
 */
export function isAtLeast(version, oldest) {
  for (const [index, part] of version.entries()) {
    const least = oldest[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}

/** @param {Version} version */
export function formatVersion(version) {
  return version.join('.');
}

/**
 * Whether the first line of `ffmpeg -version` is one that ClipScribe can use. Builds from git carry a revision
 * or a date in place of a version (`N-109542-g…`, `2026-01-05-git-…`); they are newer than any release it needs.
 *
 * @param {string} output
 */
export function isUsableFfmpeg(output) {
  const name = /^ff(?:mpeg|probe) version (\S+)/.exec(output)?.[1];
  if (name === undefined) return false;
  if (/^N-\d+|^\d{4}-\d{2}-\d{2}-git/.test(name)) return true;
  const version = parseVersion(name);
  return version !== undefined && isAtLeast(version, OLDEST.ffmpeg);
}

/**
 * Whether `temporal --version` names a new enough server: `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`.
 * The server counts, since a build by Go carries no version of the command line itself.
 *
 * @param {string} output
 */
export function isUsableTemporal(output) {
  const server = /\(Server ([\d.]+)/.exec(output)?.[1];
  const version = server === undefined ? undefined : parseVersion(server);
  return version !== undefined && isAtLeast(version, OLDEST.temporalServer);
}
