import { tierOf } from '../../domain/tiers.ts';
import type { CatalogueJob } from '../../ports/job-catalogue.ts';
import { dateRange, secondsRange, type JobWait } from '../queue/estimate-schemas.ts';
import type { Expectations } from '../queue/expectations.ts';
import type { Turns } from '../queue/turns.ts';

/** A job whose turn has come, or that has ended. */
export const NO_WAIT = {
  queuePosition: null,
  estimatedWaitSeconds: null,
  estimatedWaitRange: null,
  estimateBasis: null,
};

/**
 * Where a job stands that waits for its turn. Turns are given to each account by itself, as many at once as its
 * tier says, so that the place is one among the jobs of the same account; how fast they come depends on all.
 *
 * @returns undefined for a job that does not wait for its turn
 */
export async function waitOf(
  turns: Turns,
  expectations: Expectations,
  job: CatalogueJob,
): Promise<JobWait | undefined> {
  const position = await turns.positionOf(job);
  if (position === undefined) return undefined;
  const { tier, accountId } = job;
  const { forecast, basis, atMs } = await expectations.read();
  const place = { accountId, position, runningAtOnce: tierOf(tier)?.runningAtOnce ?? null };
  const { wait, end } = forecast?.of(place) ?? { wait: null, end: null };
  return {
    queuePosition: position,
    estimatedWaitSeconds: wait === null ? null : Math.round(wait.seconds),
    estimatedWaitRange: wait === null ? null : secondsRange(wait),
    estimateBasis: wait === null ? null : basis,
    estimatedCompletion: end === null ? null : new Date(atMs + end.seconds * 1000).toISOString(),
    estimatedCompletionRange: end === null ? null : dateRange(end, atMs),
  };
}
