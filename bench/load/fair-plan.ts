import { Dice } from './dice.ts';

/** A job that will be submitted: its name is the last part of its address. */
export interface PlannedJob {
  name: string;
  priority: number;
  /** When it is submitted, after the moment in which the many come. */
  afterMs: number;
  /** How long the model works on it. */
  workMs: number;
}

/** Who submits what: one heavy user many jobs, and each light user one. */
export interface FairPlan {
  /** A job as there are many: how long one takes alone. */
  typical: PlannedJob;
  heavy: PlannedJob[];
  light: PlannedJob[];
}

const USUAL = 5;
const URGENT = 10;
/** Six steps side by side of 3.6 s in the middle: less than Temporal's development server can hand out on two cores. */
const WORK_MS = [1200, 6000] as const;
/** All light users come within this time. */
const ARRIVAL_MS = 1000;
/** One light user in ten is in a hurry. */
const URGENT_SHARE = 0.1;

/** The urgent come last, so that they can be first only by their priority. */
export function planFairTurns(
  seed: number,
  { lightUsers, heavyJobs }: { lightUsers: number; heavyJobs: number },
): FairPlan {
  const dice = new Dice(seed);
  const job = (name: string, priority: number, afterMs: number): PlannedJob => ({
    ...{ name, priority, afterMs },
    workMs: dice.between(...WORK_MS),
  });
  const urgent = Math.max(1, Math.round(lightUsers * URGENT_SHARE));
  const arrivals = Array.from({ length: lightUsers }, () => dice.between(0, ARRIVAL_MS)).sort(
    (one, other) => one - other,
  );
  return {
    typical: { ...job('typical', USUAL, 0), workMs: (WORK_MS[0] + WORK_MS[1]) / 2 },
    heavy: Array.from({ length: heavyJobs }, (_, index) => job(`heavy-${index}`, USUAL, 0)),
    light: arrivals.map((afterMs, index) =>
      job(`light-${index}`, index < lightUsers - urgent ? USUAL : URGENT, afterMs),
    ),
  };
}

export const isUrgent = ({ priority }: PlannedJob): boolean => priority === URGENT;
