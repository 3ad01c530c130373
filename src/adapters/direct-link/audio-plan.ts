import type { ByteRange } from '../../ports/artifact-store.ts';
import { countBytes, mergeRanges } from './byte-ranges.ts';

/** How many requests are under way at once. */
export const CONNECTIONS = 6;

/** Below this, fewer bytes are not worth more requests; then tried in this order. */
const GAPS_BYTES = [4, 16, 64, 256, 1_024].map((kibibytes) => kibibytes * 1_024);
/** A plan that needs more than this part of the file saves too little to give up streaming for it. */
const WORTHWHILE_PART = 0.6;
/** 100 Mbit/s: bytes saved on a faster line are still worth the wait, because they cost both sides. */
const REFERENCE_BYTES_PER_SECOND = 12_500_000;

/**
 * Decides which parts of a file to fetch for its audio: the fewest bytes that take no longer than the whole file
 * would. Small gaps between audio packets are fetched along, larger ones the more a request costs.
 *
 * @param audio where the packets of the audio track lie
 * @param requestSeconds time from a request to its first byte, measured
 * @returns undefined where the whole file is the better way
 */
export const planAudioRanges = (
  audio: readonly ByteRange[],
  totalBytes: number,
  requestSeconds: number,
): ByteRange[] | undefined => {
  if (audio.length === 0) return undefined;
  const wholeSeconds = totalBytes / REFERENCE_BYTES_PER_SECOND;
  for (const gap of GAPS_BYTES) {
    const ranges = mergeRanges(audio, gap);
    const bytes = countBytes(ranges);
    if (bytes > WORTHWHILE_PART * totalBytes) return undefined;
    const seconds = bytes / REFERENCE_BYTES_PER_SECOND + (ranges.length * requestSeconds) / CONNECTIONS;
    if (seconds <= wholeSeconds) return ranges;
  }
  return undefined;
};
