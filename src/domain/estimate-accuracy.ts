import { z } from 'zod';
import { median, type Estimate } from './estimate.ts';

/** An estimate and what came true. */
export interface OutcomeOfEstimate {
  /** The task queue that the job's steps ran on. */
  queue: string;
  wait: Estimate;
  waitedSeconds: number;
  end: Estimate;
  /** From the estimate to the job's end. */
  endedSeconds: number;
}

/** Shorter waits are none: a second off would be many times as long. */
const SHORTEST_WAIT_SECONDS = 30;

export const accuracySchema = z.object({
  queue: z.string(),
  /** Until the turn comes, or until the job is done. */
  of: z.enum(['wait', 'end']),
  /** How many estimates it is over. */
  count: z.number().int(),
  /** Median of |estimate − truth| ÷ truth. */
  medianError: z.number(),
  /** Share of the truths that lay within the range; three of five are meant to. */
  withinRange: z.number(),
});
export type Accuracy = z.infer<typeof accuracySchema>;

/** How near past estimates came to the truth, by queue. */
export function accuracyOf(outcomes: readonly OutcomeOfEstimate[]): Accuracy[] {
  return [...Map.groupBy(outcomes, ({ queue }) => queue)]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .flatMap(([queue, each]) => [
      accuracy(
        { queue, of: 'wait' },
        each
          .filter(({ waitedSeconds }) => waitedSeconds >= SHORTEST_WAIT_SECONDS)
          .map(({ wait, waitedSeconds }) => ({ estimate: wait, seconds: waitedSeconds })),
      ),
      accuracy(
        { queue, of: 'end' },
        each.map(({ end, endedSeconds }) => ({ estimate: end, seconds: endedSeconds })),
      ),
    ])
    .filter(({ count }) => count > 0);
}

function accuracy(
  of: Pick<Accuracy, 'queue' | 'of'>,
  cases: readonly { estimate: Estimate; seconds: number }[],
): Accuracy {
  const errors = cases.map(({ estimate, seconds }) => Math.abs(estimate.seconds - seconds) / seconds);
  const within = cases.filter(
    ({ estimate, seconds }) => seconds >= estimate.lowSeconds && seconds <= estimate.highSeconds,
  );
  return {
    ...of,
    count: cases.length,
    medianError: median(errors),
    withinRange: within.length / cases.length,
  };
}
