import type { ByteRange } from '../../ports/artifact-store.ts';
import type { MediaTool } from '../../ports/media-tool.ts';
import type { DownloadProgress } from '../../ports/video-source.ts';
import { CONNECTIONS, planAudioRanges } from './audio-plan.ts';
import { countBytes } from './byte-ranges.ts';
import type { HttpClient } from './http-client.ts';
import { isIsoMedia } from './media-type.ts';
import { findIndex } from './mp4-index.ts';
import { fetchRange, fetchRanges } from './remote-file.ts';
import type { RemoteFile } from './remote-file.ts';

/**
 * Brings the index of an MP4 to this disk, wherever in the file it lies, at the cost of a few requests.
 *
 * @returns whether there is one, and so whether the file can be read in parts
 */
export const fetchIndex = async (
  client: HttpClient,
  file: RemoteFile,
  signal: AbortSignal,
): Promise<boolean> => {
  const { partial, totalBytes, sendsRanges } = file;
  if (totalBytes === null || !sendsRanges) return false;
  if (!isIsoMedia(await partial.read({ start: 0, endExclusive: 8 }))) return false;
  const read = async (range: ByteRange): Promise<Buffer> => {
    await fetchRange(client, file, range, { signal });
    return partial.read(range);
  };
  return (await findIndex(read, totalBytes)) !== undefined;
};

/** The parts of a file that hold its audio, and how to ask for them. */
export interface AudioPlan {
  ranges: readonly ByteRange[];
  rangesPerRequest: number;
}

/** Servers stop reading such requests at 200 ranges (Apache) or some kilobytes of header. */
const MAX_RANGES_PER_REQUEST = 100;

/**
 * Plans which parts of a video to fetch for its audio. The index must be there (see {@link fetchIndex}).
 *
 * @returns undefined where fetching all of the file in order is the better way
 */
export const planAudio = async (
  client: HttpClient,
  file: RemoteFile,
  { mediaTool, signal }: { mediaTool: MediaTool; signal: AbortSignal },
): Promise<AudioPlan | undefined> => {
  const { totalBytes } = file;
  if (totalBytes === null) return undefined;
  const audio = await mediaTool.locateAudio(file.partial.path, { signal });
  if (audio.some(({ endExclusive }) => endExclusive > totalBytes)) return undefined;
  // ffmpeg and others lay a few hundred bytes of sound between any two pictures: many ranges, worth it only
  // where one request can name many.
  const rangesPerRequest = (await sendsSeveralRanges(client, file, totalBytes, signal))
    ? MAX_RANGES_PER_REQUEST
    : 1;
  const cost = { seconds: client.fastestAnswerSeconds(), rangesPerRequest };
  const ranges = planAudioRanges(audio, totalBytes, cost);
  return ranges && { ranges, rangesPerRequest };
};

const sendsSeveralRanges = async (
  client: HttpClient,
  file: RemoteFile,
  totalBytes: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const range = [
    { start: 0, endExclusive: 1 },
    { start: totalBytes - 1, endExclusive: totalBytes },
  ];
  const answer = await client.get(file.url, { range, ifRange: file.validator, signal });
  answer.body.on('error', () => undefined).destroy();
  return answer.isMultipart;
};

/**
 * Fetches parts of a file over several connections into the sparse file; what is there already is not fetched
 * again.
 *
 * @throws ClipScribeError those of {@link HttpClient.get}, `DiskFull`
 */
export const downloadAudio = async (
  client: HttpClient,
  file: RemoteFile,
  { ranges, rangesPerRequest }: AudioPlan,
  options: { signal: AbortSignal; onProgress: (progress: DownloadProgress) => void },
): Promise<void> => {
  const missing = file.partial.missing(ranges);
  const totalBytes = countBytes(ranges);
  let receivedBytes = totalBytes - countBytes(missing);
  const giveUp = new AbortController();
  const signal = AbortSignal.any([options.signal, giveUp.signal]);
  const onBytes = (bytes: number): void => {
    receivedBytes += bytes;
    options.onProgress({ receivedBytes, totalBytes });
  };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < missing.length) {
      const batch = missing.slice(next, (next += rangesPerRequest));
      await fetchRanges(client, file, batch, { signal, onBytes });
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, work));
  } catch (error) {
    giveUp.abort(error);
    throw error;
  } finally {
    await file.partial.save();
  }
};
