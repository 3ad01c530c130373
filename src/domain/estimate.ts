import { z } from 'zod';

/** A time of which nobody can be sure: as likely longer as shorter, and in three of five cases within the range. */
export const estimateSchema = z.object({
  /** The median. */
  seconds: z.number().min(0),
  /** One in five is shorter than the one, and longer than the other. */
  lowSeconds: z.number().min(0),
  highSeconds: z.number().min(0),
});
export type Estimate = z.infer<typeof estimateSchema>;

export const NO_TIME: Estimate = { seconds: 0, lowSeconds: 0, highSeconds: 0 };

/** How many standard deviations the 80th percentile of a normal distribution lies above its middle. */
const Z_80 = 0.8416;

/**
 * The estimate of a time by its mean and its variation (standard deviation ÷ mean). Times of work are taken to be
 * distributed log-normally: never negative, and sometimes very long.
 */
export function estimateOf(meanSeconds: number, variation: number): Estimate {
  const variance = Math.log(1 + variation ** 2);
  const seconds = meanSeconds * Math.exp(-variance / 2);
  const reach = Math.exp(Z_80 * Math.sqrt(variance));
  return { seconds, lowSeconds: seconds / reach, highSeconds: seconds * reach };
}

/** The value below which a share of the values lies, 0–1, between neighbours in proportion; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
