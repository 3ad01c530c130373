import { createHash } from 'node:crypto';
import type { ByteRange } from '../../ports/artifact-store.ts';
import type { ClipMedia, FetchClipOptions } from '../../ports/clip-source.ts';
import type { ReelTool, SourceSpan } from '../../ports/reel-tool.ts';
import { downloadAudio, fetchIndex } from './audio-first-download.ts';
import { countBytes, mergeRanges } from './byte-ranges.ts';
import type { HttpClient } from './http-client.ts';
import { FIRST_LOOK_BYTES, openRemoteFile, type RemoteFile } from './remote-file.ts';
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
/**
 * ffmpeg decodes on behind the end until what it shows has got there: its threads and queues hold pictures, and so do
 * codecs that reorder them. Measured: 3 packets with ffmpeg 6, up to 16 with ffmpeg 9.
 */
const PACKETS_READ_AHEAD = 24;
/** By the first picture of a file, ffprobe tells what its index leaves open. */
const FIRST_PACKETS = 1;

/**
 * Brings a stretch of a remote file to this disk, at its place in a sparse copy: the index first, then only the
 * bytes that it names; all of the file where it has no index, the host sends no parts, or the stretch is most of it.
 * What is there already is not fetched again.
 */
export const fetchStretch = async (
  client: HttpClient,
  url: string,
  span: SourceSpan,
  options: StretchOptions,
): Promise<ClipMedia> => {
  const { workDirectory, maxBytes, signal } = options;
  const opening = { workDirectory, maxBytes, headBytes: FIRST_LOOK_BYTES, signal };
  const file = await openRemoteFile(client, url, opening);
  try {
    const stretch = await planStretch(client, file, span, options);
    const ranges = stretch ?? wholeOf(file);
    if (ranges === undefined) await downloadInOrder(client, file, options);
    else await downloadAudio(client, file, { ranges, rangesPerRequest: 1 }, options);
    return {
      filePath: file.partial.path,
      isWhole: stretch === undefined,
      fingerprint: fingerprintOf(file),
    };
  } finally {
    await file.partial.close();
  }
};

/** @returns undefined where fetching all of the file is the better way */
const planStretch = async (
  client: HttpClient,
  file: RemoteFile,
  span: SourceSpan,
  { reelTool, signal }: StretchOptions,
) => {
  const { totalBytes } = file;
  if ((span.start === 0 && span.end === null) || totalBytes === null) return undefined;
  if (!(await fetchIndex(client, file, signal))) return undefined;
  const locate = (part: SourceSpan, packetsBehind: number) =>
    reelTool.locateStretch(file.partial.path, part, { packetsBehind, signal });
  const first = await locate({ start: 0, end: 0 }, FIRST_PACKETS);
  const stretch = await locate(span, PACKETS_READ_AHEAD);
  const ranges = mergeRanges([...first, ...stretch], GAP_BYTES);
  const isAbsurd = stretch.length === 0 || ranges.some(({ endExclusive }) => endExclusive > totalBytes);
  return isAbsurd || countBytes(ranges) > WORTHWHILE_PART * totalBytes ? undefined : ranges;
};

/** Of a file that comes in parts, what other clips have brought of it is not fetched again. */
const wholeOf = ({ sendsRanges, totalBytes }: RemoteFile): ByteRange[] | undefined =>
  sendsRanges && totalBytes !== null ? [{ start: 0, endExclusive: totalBytes }] : undefined;

/** Without a validator, nothing says that tomorrow's bytes are today's. */
const fingerprintOf = ({ url, validator, totalBytes }: RemoteFile): string | null =>
  validator === null
    ? null
    : createHash('sha256')
        .update(JSON.stringify([url, validator, totalBytes]))
        .digest('hex');
