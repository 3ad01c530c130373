import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { WrittenSeconds } from '../../ports/reel-tool.ts';

/**
 * Reads what ffmpeg counts with `-progress`: blocks of `name=value` lines, each ended by a line `progress=…`.
 *
 * @returns the last count
 */
export async function readProgress(
  output: Readable,
  onProgress: (progress: WrittenSeconds) => void,
): Promise<WrittenSeconds> {
  let written: WrittenSeconds = { seconds: 0, speed: null };
  for await (const line of createInterface({ input: output })) {
    const [name, value = ''] = line.split('=', 2);
    // Before the first picture it says N/A.
    const number = Number.parseFloat(value);
    if (name === 'out_time_us' && Number.isFinite(number)) written = { ...written, seconds: number / 1e6 };
    if (name === 'speed') written = { ...written, speed: Number.isFinite(number) ? number : null };
    if (name === 'progress') onProgress(written);
  }
  return written;
}
