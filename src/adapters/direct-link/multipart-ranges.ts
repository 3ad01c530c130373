import type { ByteRange } from '../../ports/artifact-store.ts';

/** Some bytes of the remote file, at their place in it. */
export interface PlacedBytes {
  position: number;
  bytes: Uint8Array;
}

const MAX_PART_HEADER_BYTES = 8_192;
const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * Reads a `multipart/byteranges` body (RFC 9110, 14.6) as it arrives. The lengths come from each part's
 * `Content-Range`, so the boundary is not looked for in the data.
 *
 * @throws Error where a part's head is none
 */
export async function* readByteRanges(body: AsyncIterable<Buffer>): AsyncGenerator<PlacedBytes> {
  let pending: Buffer = Buffer.alloc(0);
  let part: ByteRange | undefined;
  for await (const chunk of body) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length > 0) {
      if (part === undefined) {
        const head = takePartHead(pending);
        if (head === undefined) break;
        ({ part, rest: pending } = head);
      } else {
        const bytes = pending.subarray(0, part.endExclusive - part.start);
        yield { position: part.start, bytes };
        pending = pending.subarray(bytes.length);
        part = { start: part.start + bytes.length, endExclusive: part.endExclusive };
        if (part.start === part.endExclusive) part = undefined;
      }
    }
  }
}

/** @returns undefined while the head is not whole, as after the last part */
const takePartHead = (pending: Buffer): { part: ByteRange; rest: Buffer } | undefined => {
  const end = pending.indexOf(HEADER_END);
  if (end === -1) {
    if (pending.length > MAX_PART_HEADER_BYTES) throw new Error('A part of the answer has no head.');
    return undefined;
  }
  const match = /^content-range:\s*bytes (\d+)-(\d+)\//im.exec(pending.toString('latin1', 0, end));
  if (match === null) throw new Error('A part of the answer does not say where it belongs.');
  const part = { start: Number(match[1]), endExclusive: Number(match[2]) + 1 };
  return { part, rest: pending.subarray(end + HEADER_END.length) };
};
