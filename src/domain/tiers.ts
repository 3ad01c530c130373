import { z } from 'zod';
import { GIB } from './gib.ts';

/** What a token of a tier may use (H5, H6). */
export interface Tier {
  /** Begins every token of the tier. */
  prefix: string;
  videosPerMonth: number;
  /** Longer videos are refused before any expensive work. */
  longestVideoSeconds: number;
  /** Jobs that run side by side; later ones wait for their turn, none is turned away (S2). */
  runningAtOnce: number;
  /** Share of the workers when users wait: a weight of 2 gets two turns for one (Temporal's fairness weight). */
  weight: number;
  /** What a token's jobs may cost in a UTC day and calendar month, where the token itself does not say. */
  ceilings: CostCeilings;
  requestsPerMinute: number;
  /** What a user's uploads may hold that no job uses yet; later ones are refused. */
  unusedUploadBytes: number;
}

/** US dollars; null: no ceiling. */
export interface CostCeilings {
  dayUsd: number | null;
  monthUsd: number | null;
}

/**
 * Jobs that rest (paused, or waiting for the user's own machine) beside each that may run, without taking up a turn.
 * They go on without waiting for another turn, so this bounds what an account may bring to run at once.
 */
export const RESTING_PER_TURN = 10;

const HOUR = 3600;

/** The one table of tiers. */
export const TIERS = {
  alpha: {
    prefix: 'alp',
    videosPerMonth: 20,
    longestVideoSeconds: HOUR,
    runningAtOnce: 1,
    weight: 1,
    ceilings: { dayUsd: 2, monthUsd: 20 },
    requestsPerMinute: 300,
    unusedUploadBytes: 10 * GIB,
  },
  beta: {
    prefix: 'bet',
    videosPerMonth: 50,
    longestVideoSeconds: 2 * HOUR,
    runningAtOnce: 2,
    weight: 1,
    ceilings: { dayUsd: 5, monthUsd: 50 },
    requestsPerMinute: 300,
    unusedUploadBytes: 20 * GIB,
  },
  student: {
    prefix: 'stu',
    videosPerMonth: 100,
    longestVideoSeconds: 2 * HOUR,
    runningAtOnce: 2,
    weight: 1,
    ceilings: { dayUsd: 5, monthUsd: 50 },
    requestsPerMinute: 300,
    unusedUploadBytes: 20 * GIB,
  },
  researcher: {
    prefix: 'res',
    videosPerMonth: 500,
    longestVideoSeconds: 6 * HOUR,
    runningAtOnce: 5,
    weight: 2,
    ceilings: { dayUsd: 25, monthUsd: 250 },
    requestsPerMinute: 600,
    unusedUploadBytes: 100 * GIB,
  },
  analyst: {
    prefix: 'ana',
    videosPerMonth: 2000,
    longestVideoSeconds: 12 * HOUR,
    runningAtOnce: 10,
    weight: 4,
    ceilings: { dayUsd: 100, monthUsd: 1000 },
    requestsPerMinute: 1200,
    unusedUploadBytes: 500 * GIB,
  },
  enterprise: {
    prefix: 'ent',
    videosPerMonth: 20_000,
    longestVideoSeconds: 24 * HOUR,
    runningAtOnce: 50,
    weight: 8,
    ceilings: { dayUsd: 1000, monthUsd: 10_000 },
    requestsPerMinute: 6000,
    unusedUploadBytes: 2000 * GIB,
  },
} as const satisfies Record<string, Tier>;

export const tierNameSchema = z.enum(Object.keys(TIERS) as [TierName, ...TierName[]]);
export type TierName = keyof typeof TIERS;

/** How long a video may be, and whose rule that is: what a job carries to the steps that learn its length. */
export const longestVideoSchema = z.object({ tier: tierNameSchema, seconds: z.number().positive() });
export type LongestVideo = z.infer<typeof longestVideoSchema>;

/** The table's row; null is the installation's own user, whom no tier bounds. */
export const tierOf = (name: TierName | null): Tier | null => (name === null ? null : TIERS[name]);

/** What a job carries of the tier that bounds it. */
export const boundsOf = (tier: TierName | null) => {
  const limits = tierOf(tier);
  return { tier, longestVideoSeconds: limits?.longestVideoSeconds ?? null, weight: limits?.weight ?? 1 };
};
