import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** What is known of the bytes of one file. */
export interface FileState {
  sha256: string;
  bytes: number;
  /** Inode, size and time of change: renaming keeps it, and every other way to change the bytes changes it. */
  stamp: string;
}

/** The stamp of an open file; the path may meanwhile lead to another one. */
export const stampOf = async (file: FileHandle): Promise<string> => {
  const { ino, size, mtimeNs } = await file.stat({ bigint: true });
  return `${ino}:${size}:${mtimeNs}`;
};

/** So that reading costs little beside hashing: with the default of 64 KiB both took half as long again. */
const READ_BYTES = 1_048_576;

/** Reads a file to its end. */
export const hashFile = async (file: FileHandle): Promise<FileState> => {
  const stamp = await stampOf(file);
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = file.createReadStream({ autoClose: false, start: 0, highWaterMark: READ_BYTES });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { sha256: hash.digest('hex'), bytes, stamp };
};
