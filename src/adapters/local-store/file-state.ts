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

/** Reads a file to its end. */
export const hashFile = async (file: FileHandle): Promise<FileState> => {
  const stamp = await stampOf(file);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { sha256: hash.digest('hex'), bytes, stamp };
};
