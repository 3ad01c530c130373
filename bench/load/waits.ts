import { median } from '../table.ts';

/** Seconds from the submission of each light user's job to its result. */
export interface Waits {
  usual: number[];
  urgent: number[];
}

/** A light user may wait so many times longer because of a heavy one. */
const LONGEST_RATIO = 1.5;

/** How long the slowest light user may wait beside a heavy one. */
export const longestAllowedWait = (alone: Waits, oneJobSeconds: number): number =>
  LONGEST_RATIO * slowest(all(alone)) + oneJobSeconds;

/** Whether the heavy user is hardly felt: in the middle, and by the one who waits longest. */
export function isHardlyFelt(beside: Waits, alone: Waits, oneJobSeconds: number): boolean {
  return (
    median(all(beside)) <= LONGEST_RATIO * median(all(alone)) + oneJobSeconds &&
    slowest(all(beside)) <= longestAllowedWait(alone, oneJobSeconds)
  );
}

/** Whether even the slowest urgent job, though it came last, was done before half of the others. */
export const areUrgentFirst = ({ urgent, usual }: Waits): boolean => slowest(urgent) < median(usual);

export const slowest = (seconds: readonly number[]): number => Math.max(...seconds);

export const all = ({ usual, urgent }: Waits): number[] => [...usual, ...urgent];

/** For the table. */
export const describeWaits = (waits: Waits): string =>
  `median ${seconds(median(all(waits)))}, longest ${seconds(slowest(all(waits)))}`;

/** Infinite is what had not come when nobody waited any longer. */
export const seconds = (value: number): string =>
  value === Infinity ? 'not done when given up' : `${value.toFixed(1)} s`;
