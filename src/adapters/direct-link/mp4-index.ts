import type { ByteRange } from '../../ports/artifact-store.ts';

/** Reads bytes of the remote file; fewer where it ends. What is read stays on this disk. */
export type ReadBytes = (range: ByteRange) => Promise<Buffer>;

const HEADER_BYTES = 16;
/** Real files have a handful of boxes before their index; a chain of thousands is made to cost requests. */
const MAX_BOXES = 64;
/** Six hours at 60 pictures a second need about 25 MB. */
const MAX_INDEX_BYTES = 128 * 1024 ** 2;

/**
 * Finds and reads the index (`moov`) of an ISO base media file by walking its top-level boxes: a 32-bit size, a type;
 * size 1: a 64-bit size follows; size 0: to the end of the file (ISO/IEC 14496-12, 4.2).
 *
 * @returns undefined where there is none, or where the file is fragmented, so that its index is spread over it
 */
export const findIndex = async (readBytes: ReadBytes, totalBytes: number): Promise<ByteRange | undefined> => {
  let start = 0;
  for (let count = 0; count < MAX_BOXES && start + 8 <= totalBytes; count += 1) {
    const header = await readBytes({ start, endExclusive: Math.min(start + HEADER_BYTES, totalBytes) });
    if (header.length < 8) return undefined;
    const size = boxSize(header, totalBytes - start);
    const type = header.toString('latin1', 4, 8);
    if (size < 8 || start + size > totalBytes || type === 'moof' || type === 'sidx') return undefined;
    if (type === 'moov') {
      const index = { start, endExclusive: start + size };
      return size <= MAX_INDEX_BYTES && !(await announcesFragments(readBytes, index)) ? index : undefined;
    }
    start += size;
  }
  return undefined;
};

/**
 * The index of a fragmented file says so by a box `mvex` (8.8.1), and tells little more than which tracks there are.
 */
const announcesFragments = async (readBytes: ReadBytes, index: ByteRange): Promise<boolean> => {
  const content = await readBytes(index);
  let position = 8;
  while (position + 8 <= content.length) {
    if (content.toString('latin1', position + 4, position + 8) === 'mvex') return true;
    const size = boxSize(content.subarray(position), content.length - position);
    if (size < 8) return false;
    position += size;
  }
  return false;
};

const boxSize = (header: Buffer, remainingBytes: number): number => {
  const size = header.readUInt32BE(0);
  if (size === 0) return remainingBytes;
  if (size !== 1) return size;
  return header.length >= HEADER_BYTES ? Number(header.readBigUInt64BE(8)) : 0;
};
