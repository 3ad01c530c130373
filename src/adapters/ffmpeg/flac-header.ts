import { createHash } from 'node:crypto';

/** Where STREAMINFO's fields lie: after `fLaC` (4 bytes) and the block header (4 bytes). RFC 9639, 8.2. */
const TOTAL_SAMPLES_OFFSET = 8 + 13;
const MD5_OFFSET = 8 + 18;
const BYTES_PER_SAMPLE = 2;

/**
 * Completes the header of a FLAC file that was encoded through a pipe. ffmpeg leaves the number of samples and
 * the MD5 of the audio zero there, because it cannot go back; without the first, readers know no duration.
 *
 * @param flac changed in place
 * @param pcm the mono s16le audio it was encoded from: FLAC's MD5 is over exactly these bytes
 */
export const completeFlacHeader = (flac: Buffer, pcm: Uint8Array): void => {
  if (flac.toString('latin1', 0, 4) !== 'fLaC') throw new TypeError('not a FLAC file');
  const samples = pcm.byteLength / BYTES_PER_SAMPLE;
  // 36 bits; the upper four share a byte with the bits per sample.
  const upperBits = Math.floor(samples / 2 ** 32) & 0x0f;
  flac.writeUInt8((flac.readUInt8(TOTAL_SAMPLES_OFFSET) & 0xf0) | upperBits, TOTAL_SAMPLES_OFFSET);
  flac.writeUInt32BE(samples % 2 ** 32, TOTAL_SAMPLES_OFFSET + 1);
  createHash('md5').update(pcm).digest().copy(flac, MD5_OFFSET);
};
