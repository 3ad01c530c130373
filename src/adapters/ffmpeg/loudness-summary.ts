import type { Loudness } from '../../domain/reel-clip.ts';

/** ebur128 tells silence as the floor of its scale. */
const SILENCE_LUFS = -69;

/** Reads the summary that ffmpeg's filter ebur128 writes to standard error; null where there is none. */
export function parseLoudness(stderr: string): Loudness | null {
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
  const integrated = numberAfter(summary, /\bI:\s+(\S+) LUFS/);
  if (integrated === null) return null;
  const isSilent = integrated <= SILENCE_LUFS;
  return {
    integratedLufs: isSilent ? null : integrated,
    truePeakDb: isSilent ? null : numberAfter(summary, /\bPeak:\s+(\S+) dBFS/),
  };
}

const numberAfter = (text: string, pattern: RegExp): number | null => {
  const value = Number(pattern.exec(text)?.[1] ?? 'none');
  return Number.isFinite(value) ? value : null;
};
