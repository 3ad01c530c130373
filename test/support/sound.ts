import { BYTES_PER_SECOND, SAMPLE_RATE_HZ } from '../../src/domain/media.ts';

const WINDOW_SECONDS = 0.02;
const LOUD = 300;

/** Where mono s16le PCM is louder than a whisper, as [start, end] in seconds, 20 ms apart. */
export const soundIntervals = (pcm: Buffer): [start: number, end: number][] => {
  const intervals: [number, number][] = [];
  const windowBytes = WINDOW_SECONDS * BYTES_PER_SECOND;
  for (let offset = 0; offset + windowBytes <= pcm.byteLength; offset += windowBytes) {
    let peak = 0;
    for (let at = offset; at < offset + windowBytes; at += 2)
      peak = Math.max(peak, Math.abs(pcm.readInt16LE(at)));
    if (peak < LOUD) continue;
    const start = offset / BYTES_PER_SECOND;
    const last = intervals.at(-1);
    if (last !== undefined && start - last[1] < 2 * WINDOW_SECONDS) last[1] = start + WINDOW_SECONDS;
    else intervals.push([start, start + WINDOW_SECONDS]);
  }
  return intervals;
};

/** How strong one frequency is in mono s16le PCM: its amplitude, by correlation. */
export const amplitudeAt = (pcm: Buffer, frequencyHz: number): number => {
  const samples = pcm.byteLength / 2;
  let cosine = 0;
  let sine = 0;
  for (let index = 0; index < samples; index += 1) {
    const angle = (2 * Math.PI * frequencyHz * index) / SAMPLE_RATE_HZ;
    cosine += pcm.readInt16LE(index * 2) * Math.cos(angle);
    sine += pcm.readInt16LE(index * 2) * Math.sin(angle);
  }
  return (2 * Math.hypot(cosine, sine)) / samples;
};
