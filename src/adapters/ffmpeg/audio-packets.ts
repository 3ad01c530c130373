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
    const last = ranges.at(-1);
    if (last?.endExclusive === position) last.endExclusive += size;
    else ranges.push({ start: position, endExclusive: position + size });
  }
  return ranges;
};
