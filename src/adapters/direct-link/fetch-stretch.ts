import { createHash } from 'node:crypto';
import type { ClipMedia, FetchClipOptions } from '../../ports/clip-source.ts';
import type { ReelTool, SourceSpan } from '../../ports/reel-tool.ts';
import { downloadAudio, fetchIndex } from './audio-first-download.ts';
import { countBytes, mergeRanges } from './byte-ranges.ts';
import type { HttpClient } from './http-client.ts';
import { openRemoteFile, type RemoteFile } from './remote-file.ts';
import { downloadInOrder } from './sequential-download.ts';

export interface StretchOptions extends FetchClipOptions {
  /** Finds the bytes of a stretch by the file's index. */
  reelTool: Pick<ReelTool, 'locateStretch'>;
  /** Larger files are refused with `MediaTooLarge`. */
  maxBytes: number;
}

/** Fetched along rather than asked around. */
const GAP_BYTES = 256 * 1_024;
/** Above this part of the file, all of it comes in one go. */
const WORTHWHILE_PART = 0.9;
/** Pictures that are shown before the end of a stretch may lie behind it. */
const MARGIN_SECONDS = 2;

/**
 * Brings a stretch of a remote file to this disk, at its place in a sparse copy: the index first, then only the
 * bytes that it names; all of the file, in order, where it has no index, the host sends no parts, or the stretch is
 * most of it.
 */
export const fetchStretch = async (
  client: HttpClient,
  url: string,
  span: SourceSpan,
  options: StretchOptions,
): Promise<ClipMedia> => {
  const { workDirectory, maxBytes, signal } = options;
  const file = await openRemoteFile(client, url, { workDirectory, maxBytes, signal });
  try {
    const ranges = await planStretch(client, file, span, options);
    if (ranges === undefined) await downloadInOrder(client, file, options);
    else await downloadAudio(client, file, { ranges, rangesPerRequest: 1 }, options);
    return {
      filePath: file.partial.path,
      fingerprint: fingerprintOf(file),
      downloadedBytes: file.partial.presentBytes,
    };
  } finally {
    await file.partial.close();
  }
};

/** @returns undefined where fetching all of the file in order is the better way */
const planStretch = async (
  client: HttpClient,
  file: RemoteFile,
  { start, end }: SourceSpan,
  { reelTool, signal }: StretchOptions,
) => {
  const { totalBytes } = file;
  if ((start === 0 && end === null) || totalBytes === null) return undefined;
  if (!(await fetchIndex(client, file, signal))) return undefined;
  const span = { start, end: end === null ? null : end + MARGIN_SECONDS };
  const ranges = mergeRanges(await reelTool.locateStretch(file.partial.path, span, { signal }), GAP_BYTES);
  const isAbsurd = ranges.length === 0 || ranges.some(({ endExclusive }) => endExclusive > totalBytes);
  return isAbsurd || countBytes(ranges) > WORTHWHILE_PART * totalBytes ? undefined : ranges;
};

/** Without a validator, nothing says that tomorrow's bytes are today's. */
const fingerprintOf = ({ url, validator, totalBytes }: RemoteFile): string | null =>
  validator === null
    ? null
    : createHash('sha256')
        .update(JSON.stringify([url, validator, totalBytes]))
        .digest('hex');
