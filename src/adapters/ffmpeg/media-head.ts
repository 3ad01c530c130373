import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ClipScribeError } from '../../domain/errors.ts';
import { HEAD_BYTES } from './container.ts';
import { refuseNotMedia } from './not-media.ts';

/**
 * The first bytes of a local file, after what shows without ffmpeg that it is no media.
 *
 * @throws ClipScribeError `FileNotFound`, `EmptyFile`, `CorruptMedia`, `UnsupportedMedia`
 */
export const readFileHead = async (filePath: string): Promise<Uint8Array> => {
  // A pipe or a device would block or never end, so the kind is asked for before anything is read.
  const file = await open(filePath, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw new ClipScribeError('FileNotFound', 'The file does not exist or cannot be read.', { cause: error });
  });
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new ClipScribeError('FileNotFound', 'The path does not lead to a file.');
    if (status.size === 0) throw new ClipScribeError('EmptyFile', 'The file is empty.');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    refuseNotMedia(head);
    return head;
  } finally {
    await file.close();
  }
};

/**
 * The first bytes of a stream, and all of it, those included.
 *
 * @throws what the stream fails with, and ClipScribeError `EmptyFile`, `CorruptMedia`, `UnsupportedMedia`
 */
export const readStreamHead = async (
  stream: Readable,
): Promise<{ head: Uint8Array; whole: AsyncIterable<Uint8Array> }> => {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    bytes += next.value.byteLength;
  }
  if (bytes === 0) throw new ClipScribeError('EmptyFile', 'The media is empty.');
  const start = Buffer.concat(chunks);
  const head = start.subarray(0, HEAD_BYTES);
  refuseNotMedia(head);
  async function* whole(): AsyncIterable<Uint8Array> {
    yield start;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { head, whole: whole() };
};
