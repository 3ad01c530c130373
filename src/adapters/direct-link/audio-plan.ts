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

/** What a host sends before each part of an answer with several. */
const PART_HEAD_BYTES = 120;

/** What it costs to ask this host. */
export interface RequestCost {
  /** Time from a request to its first byte. */
  seconds: number;
  /** How many ranges one request may name. */
  rangesPerRequest: number;
}

/**
 * Decides which parts of a file to fetch for its audio: the fewest bytes that take no longer than the whole file
 * would. Small gaps between audio packets are fetched along, larger ones the more a request costs.
 *
 * @param audio where the packets of the audio track lie
 * @returns undefined where the whole file is the better way
 */
export const planAudioRanges = (
  audio: readonly ByteRange[],
  totalBytes: number,
  cost: RequestCost,
): ByteRange[] | undefined => {
  if (audio.length === 0) return undefined;
  const wholeSeconds = totalBytes / REFERENCE_BYTES_PER_SECOND;
  for (const gap of GAPS_BYTES) {
    const ranges = mergeRanges(audio, gap);
    if (countBytes(ranges) > WORTHWHILE_PART * totalBytes) return undefined;
    const bytes = countBytes(ranges) + ranges.length * PART_HEAD_BYTES;
    const requests = Math.ceil(ranges.length / cost.rangesPerRequest);
    const seconds = bytes / REFERENCE_BYTES_PER_SECOND + (requests * cost.seconds) / CONNECTIONS;
    if (seconds <= wholeSeconds) return ranges;
  }
  return undefined;
};
