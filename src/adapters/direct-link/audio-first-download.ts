import type { ByteRange } from '../../ports/artifact-store.ts';
import type { MediaTool } from '../../ports/media-tool.ts';
import type { DownloadProgress } from '../../ports/video-source.ts';
import { CONNECTIONS, planAudioRanges } from './audio-plan.ts';
import { countBytes } from './byte-ranges.ts';
import type { HttpClient } from './http-client.ts';
import { isIsoMedia } from './media-type.ts';
import { findIndex } from './mp4-index.ts';
import { fetchRange } from './remote-file.ts';
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
  const index = await findIndex(read, totalBytes);
  if (index !== undefined) await fetchRange(client, file, index, { signal });
  return index !== undefined;
};

/**
 * Plans which parts of a video hold its audio. The index must be there (see {@link fetchIndex}).
 *
 * @returns undefined where fetching all of the file in order is the better way
 */
export const planAudio = async (
  client: HttpClient,
  file: RemoteFile,
  { mediaTool, signal }: { mediaTool: MediaTool; signal: AbortSignal },
): Promise<ByteRange[] | undefined> => {
  const { totalBytes } = file;
  if (totalBytes === null) return undefined;
  const audio = await mediaTool.locateAudio(file.partial.path, { signal });
  const beyondEnd = audio.some(({ endExclusive }) => endExclusive > totalBytes);
  if (beyondEnd) return undefined;
  return planAudioRanges(audio, totalBytes, client.fastestAnswerSeconds());
};

/**
 * Fetches parts of a file over several connections into the sparse file; what is there already is not fetched
 * again.
 *
 * @throws ClipScribeError those of {@link HttpClient.get}, `DiskFull`
 */
export const downloadRanges = async (
  client: HttpClient,
  file: RemoteFile,
  ranges: readonly ByteRange[],
  options: { signal: AbortSignal; onProgress: (progress: DownloadProgress) => void },
): Promise<void> => {
  const queue = file.partial.missing(ranges);
  const totalBytes = countBytes(ranges);
  let receivedBytes = totalBytes - countBytes(queue);
  const giveUp = new AbortController();
  const signal = AbortSignal.any([options.signal, giveUp.signal]);
  const onBytes = (bytes: number): void => {
    receivedBytes += bytes;
    options.onProgress({ receivedBytes, totalBytes });
  };
  const work = async (): Promise<void> => {
    for (let range = queue.shift(); range !== undefined; range = queue.shift()) {
      await fetchRange(client, file, range, { signal, onBytes });
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
