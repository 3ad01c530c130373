import type { Rational } from './reel-clip.ts';

/** Pictures a second, as cameras, players and editing programs have them. */
export const STANDARD_RATES: readonly Rational[] = [
  { numerator: 24_000, denominator: 1001 },
  { numerator: 24, denominator: 1 },
  { numerator: 25, denominator: 1 },
  { numerator: 30_000, denominator: 1001 },
  { numerator: 30, denominator: 1 },
  { numerator: 48, denominator: 1 },
  { numerator: 50, denominator: 1 },
  { numerator: 60_000, denominator: 1001 },
  { numerator: 60, denominator: 1 },
];
/** People write 23.98 and 29.97, and containers average; the nearest two rates are 0.1 % apart. */
const TOLERANCE = 0.0004;

export const picturesPerSecond = ({ numerator, denominator }: Rational): number => numerator / denominator;

/** The standard rate that is meant by so many pictures a second; undefined where none is. */
export const standardRate = (perSecond: number): Rational | undefined =>
  STANDARD_RATES.find((rate) => Math.abs(perSecond / picturesPerSecond(rate) - 1) < TOLERANCE);
