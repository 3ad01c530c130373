import { estimateWaitSeconds } from '../../domain/queue-wait.ts';
import { tierOf, type TierName } from '../../domain/tiers.ts';
import type { Statistics } from '../../ports/statistics.ts';

/** What a job that waits is told; see {@link waitOf}. */
export interface JobWait {
  queuePosition: number | null;
  estimatedWaitSeconds: number | null;
}

/** A job whose turn has come, or that has ended. */
export const NO_WAIT: JobWait = { queuePosition: null, estimatedWaitSeconds: null };

/**
 * Where a job stands that waits for its turn. Turns are given to each account by itself, as many at once as its
 * tier says, so that what counts are the jobs of the same account.
 */
export async function waitOf(statistics: Statistics, jobId: string): Promise<JobWait> {
  const turn = await statistics.turnOf(jobId);
  if (turn === undefined) return NO_WAIT;
  const { position, tier } = turn;
  const meanSeconds = await statistics.meanJobSeconds();
  const seconds = estimateWaitSeconds({ ahead: position, atOnce: atOnceOf(tier), meanSeconds });
  return { queuePosition: position, estimatedWaitSeconds: seconds === null ? null : Math.round(seconds) };
}

/** No tier, no limit: such a job waits for the server alone, and nobody knows how long. */
const atOnceOf = (tier: TierName | null): number => tierOf(tier)?.runningAtOnce ?? 0;
