import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ByteRange } from '../../ports/artifact-store.ts';

/**
 * Reads the packet list that ffprobe prints (`size,position` a line; `N/A` where a packet has no position), joining
 * neighbours while it reads: six hours of AAC are a million packets.
 */
export const parseAudioPackets = async (output: Readable): Promise<ByteRange[]> => {
  const ranges: ByteRange[] = [];
  for await (const line of createInterface({ input: output })) {
    const [size, position] = line.split(',').map(Number);
    if (size === undefined || position === undefined || Number.isNaN(size + position)) continue;
    addPacket(ranges, position, size);
  }
  return ranges;
};

/** Adds a packet to ranges, joined with the last one where they touch. */
export function addPacket(ranges: ByteRange[], start: number, bytes: number): void {
  const last = ranges.at(-1);
  if (last?.endExclusive === start) last.endExclusive += bytes;
  else ranges.push({ start, endExclusive: start + bytes });
}
