import { ClipScribeError } from '../../domain/errors.ts';

/** The first release after the six security advisories of 2026; the last of them is CVE-2026-55404. */
const OLDEST_SAFE_VERSION = '2026.07.04';

/**
 * Refuses versions of yt-dlp that are known to be unsafe.
 *
 * @param printed what `yt-dlp --version` prints, `2026.10.26` or `2026.10.26.123456` for a nightly build
 * @throws ClipScribeError `ToolMissing`
 */
export const checkVersion = (printed: string): void => {
  const version = printed.trim();
  if (!/^\d{4}\.\d{2}\.\d{2}/.test(version)) {
    throw new ClipScribeError('ToolMissing', 'The installed yt-dlp does not tell its version.');
  }
  // Dates of fixed width: the order of the texts is the order of the releases.
  if (version < OLDEST_SAFE_VERSION) {
    throw new ClipScribeError(
      'ToolMissing',
      `yt-dlp ${version} has known security faults; ${OLDEST_SAFE_VERSION} or later is needed.`,
    );
  }
};
