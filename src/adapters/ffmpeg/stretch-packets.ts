import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ByteRange } from '../../ports/artifact-store.ts';
import { addPacket } from './audio-packets.ts';

/**
 * Reads the packet list that ffprobe prints (`track,time,size,position` a line, in the order in which they are
 * decoded) and keeps those that a stretch needs: what is to be decoded before its end, because nothing is shown
 * before it is decoded, and of each track so many packets behind.
 *
 * @param end of the stretch in seconds; null: nothing is left out
 */
export const parseStretchPackets = async (
  output: Readable,
  { end, packetsBehind }: { end: number | null; packetsBehind: number },
): Promise<ByteRange[]> => {
  const ranges: ByteRange[] = [];
  const behind = new Map<string, number>();
  for await (const line of createInterface({ input: output })) {
    const [track = '', time, size, position] = line.split(',');
    const [start, bytes] = [Number(position), Number(size)];
    // `N/A` where a packet has no position.
    if (Number.isNaN(start + bytes)) continue;
    if (end !== null && Number(time) >= end) {
      const count = (behind.get(track) ?? 0) + 1;
      behind.set(track, count);
      if (count > packetsBehind) continue;
    }
    addPacket(ranges, start, bytes);
  }
  return ranges;
};
