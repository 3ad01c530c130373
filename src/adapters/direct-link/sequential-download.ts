import { ClipScribeError } from '../../domain/errors.ts';
import type { DownloadProgress } from '../../ports/video-source.ts';
import type { HttpClient } from './http-client.ts';
import { isSameVersion, tooLarge } from './remote-file.ts';
import type { RemoteFile } from './remote-file.ts';
import { bridgeBreaks } from './short-breaks.ts';

export interface SequentialOptions {
  maxBytes: number;
  signal: AbortSignal;
  onProgress: (progress: DownloadProgress) => void;
}

/**
 * Fetches a file from where its head ends to its end, in order, so that it can be read while it grows.
 *
 * @throws ClipScribeError those of {@link HttpClient.get}, `MediaTooLarge`, `DiskFull`
 */
export const downloadInOrder = (
  client: HttpClient,
  file: RemoteFile,
  options: SequentialOptions,
): Promise<void> =>
  bridgeBreaks(
    async () => {
      if (isComplete(file)) return;
      await continueOnce(client, file, options);
      if (file.totalBytes !== null && !isComplete(file)) {
        throw new ClipScribeError('NetworkFailure', 'The host ended the transfer too early.');
      }
    },
    { position: () => file.partial.contiguousEnd, signal: options.signal },
  );

const isComplete = ({ partial, totalBytes }: RemoteFile): boolean =>
  totalBytes !== null && partial.contiguousEnd >= totalBytes;

const continueOnce = async (
  client: HttpClient,
  { url, partial, totalBytes, validator }: RemoteFile,
  { signal, maxBytes, onProgress }: SequentialOptions,
): Promise<void> => {
  const start = partial.contiguousEnd;
  const answer = await client.get(url, { range: { start }, ifRange: validator, signal });
  try {
    if (!isSameVersion(answer, { totalBytes, validator })) {
      throw new ClipScribeError('NetworkFailure', 'The file changed at the host while it was being read.');
    }
    // Without ranges all of it comes again, and what is there already is passed over.
    let skip = answer.status === 206 ? 0 : start;
    let position = start;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      const fresh = chunk.subarray(skip);
      skip = Math.max(0, skip - chunk.length);
      if (fresh.length === 0) continue;
      if (position + fresh.length > maxBytes) throw tooLarge(maxBytes);
      await partial.write(position, fresh);
      position += fresh.length;
      onProgress({ receivedBytes: position, totalBytes });
    }
  } catch (error) {
    throw client.explain(error, signal);
  } finally {
    answer.body.on('error', () => undefined).destroy();
    await partial.save();
  }
};
