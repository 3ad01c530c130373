import { ClipScribeError } from '../../domain/errors.ts';
import type { ByteRange } from '../../ports/artifact-store.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { PartialFile } from './partial-file.ts';
import { countBytes } from './byte-ranges.ts';
import { readByteRanges } from './multipart-ranges.ts';
import { bridgeBreaks } from './short-breaks.ts';

/** A remote media file, as its first answer described it, and what of it is on this disk. */
export interface RemoteFile {
  readonly url: string;
  readonly totalBytes: number | null;
  readonly validator: string | null;
  /** Whether the host sends parts on request. */
  readonly sendsRanges: boolean;
  readonly contentType: string | null;
  readonly fileName: string;
  readonly partial: PartialFile;
}

/** Enough to tell a media file from a page. */
export const FIRST_LOOK_BYTES = 64 * 1024;
/** Enough for every container's header, and for ffprobe to see some packets of each track. */
const HEAD_BYTES = 2 * 1024 ** 2;

/**
 * Asks the host what the file is and makes sure that its head is on this disk.
 *
 * @throws ClipScribeError those of {@link HttpClient.get}, `EmptyFile`, `MediaTooLarge`, `LiveStream`
 */
export const openRemoteFile = async (
  client: HttpClient,
  url: string,
  options: { workDirectory: string; maxBytes: number; headBytes?: number; signal: AbortSignal },
): Promise<RemoteFile> => {
  const { headBytes = HEAD_BYTES, signal } = options;
  const answer = await client.get(url, { range: { start: 0, endExclusive: FIRST_LOOK_BYTES }, signal });
  try {
    if (answer.isLive)
      throw new ClipScribeError('LiveStream', 'The address is a radio station without an end.');
    if (answer.totalBytes === 0) throw new ClipScribeError('EmptyFile', 'The file at this address is empty.');
    if ((answer.totalBytes ?? 0) > options.maxBytes) throw tooLarge(options.maxBytes);
    const { totalBytes, validator, contentType, fileName } = answer;
    const partial = await PartialFile.open(options.workDirectory, { url, totalBytes, validator });
    const sendsRanges = answer.status === 206 && totalBytes !== null;
    const file = { url, totalBytes, validator, sendsRanges, contentType, fileName, partial };
    try {
      await completeHead(client, file, answer, { headBytes, signal });
      return file;
    } catch (error) {
      await partial.close();
      throw error;
    }
  } finally {
    answer.body.on('error', () => undefined).destroy();
  }
};

/** A resumed download has its head already and reads nothing here. */
const completeHead = async (
  client: HttpClient,
  file: RemoteFile,
  answer: HttpAnswer,
  { headBytes, signal }: { headBytes: number; signal: AbortSignal },
): Promise<void> => {
  const total = file.totalBytes ?? headBytes;
  const head = { start: 0, endExclusive: Math.min(headBytes, total) };
  const firstLook = { start: 0, endExclusive: Math.min(FIRST_LOOK_BYTES, total) };
  const inThisAnswer = file.sendsRanges ? firstLook : head;
  if (file.partial.missing([inThisAnswer]).length > 0) {
    await receive(client, answer, file.partial, inThisAnswer, signal);
    const cut = file.totalBytes !== null && file.partial.missing([inThisAnswer]).length > 0;
    if (cut) throw new ClipScribeError('NetworkFailure', 'The host sent less than it announced.');
  }
  if (file.sendsRanges) await fetchRange(client, file, head, { signal });
};

/** Fetches what is missing of a range into the sparse file, over short breaks. */
export const fetchRange = (
  client: HttpClient,
  file: RemoteFile,
  range: ByteRange,
  options: { signal: AbortSignal },
): Promise<void> => fetchRanges(client, file, file.partial.missing([range]), options);

/** Fetches ranges that are not there yet, with one request for all of them, over short breaks. */
export const fetchRanges = (
  client: HttpClient,
  file: RemoteFile,
  ranges: readonly ByteRange[],
  { signal, onBytes }: { signal: AbortSignal; onBytes?: (bytes: number) => void },
): Promise<void> => {
  let received = 0;
  const take = (bytes: number): void => {
    received += bytes;
    onBytes?.(bytes);
  };
  const transfer = async (): Promise<void> => {
    const wanted = received === 0 ? ranges : file.partial.missing(ranges);
    const [only] = wanted;
    if (only === undefined) return;
    const range = wanted.length === 1 ? only : wanted;
    const answer = await client.get(file.url, { range, ifRange: file.validator, signal });
    const before = received;
    await receiveRanges(client, file, answer, { wanted, signal, take });
    if (received - before < countBytes(wanted)) {
      throw new ClipScribeError('NetworkFailure', 'The host sent less than was asked for.');
    }
  };
  return bridgeBreaks(transfer, { position: () => received, signal });
};

const receiveRanges = async (
  client: HttpClient,
  file: RemoteFile,
  answer: HttpAnswer,
  {
    wanted,
    signal,
    take,
  }: { wanted: readonly ByteRange[]; signal: AbortSignal; take: (bytes: number) => void },
): Promise<void> => {
  const [only] = wanted;
  try {
    const { validator } = file;
    const totalBytes = answer.isMultipart ? null : file.totalBytes;
    if (answer.status !== 206 || !isSameVersion(answer, { totalBytes, validator })) {
      throw new ClipScribeError('NetworkFailure', 'The file changed at the host while it was being read.');
    }
    if (!answer.isMultipart) {
      // One range, or several that the host joined.
      const endExclusive =
        wanted.length === 1 && only !== undefined ? only.endExclusive : (file.totalBytes ?? Infinity);
      await receive(client, answer, file.partial, { start: answer.start, endExclusive }, signal, take);
      return;
    }
    for await (const { position, bytes } of readByteRanges(answer.body as AsyncIterable<Buffer>)) {
      if (position + bytes.length > (file.totalBytes ?? 0)) throw new Error('A part lies behind the end.');
      await file.partial.write(position, bytes);
      take(bytes.length);
    }
  } catch (error) {
    throw client.explain(error, signal);
  } finally {
    answer.body.on('error', () => undefined).destroy();
  }
};

/** Whether an answer speaks of the version of the file that we hold parts of. */
export const isSameVersion = (
  answer: Pick<HttpAnswer, 'totalBytes' | 'validator'>,
  file: Pick<RemoteFile, 'totalBytes' | 'validator'>,
): boolean => answer.totalBytes === file.totalBytes && answer.validator === file.validator;

export const tooLarge = (maxBytes: number): ClipScribeError =>
  new ClipScribeError('MediaTooLarge', `The file is larger than the limit of ${maxBytes} bytes.`);

/** Reads a body that begins at `range.start` up to the end of the range. A host may send more than was asked for. */
const receive = async (
  client: HttpClient,
  answer: HttpAnswer,
  partial: PartialFile,
  range: ByteRange,
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<void> => {
  let position = range.start;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      const bytes = chunk.subarray(0, range.endExclusive - position);
      await partial.write(position, bytes);
      position += bytes.length;
      onBytes?.(bytes.length);
      if (position >= range.endExclusive) break;
    }
  } catch (error) {
    throw client.explain(error, signal);
  }
};
