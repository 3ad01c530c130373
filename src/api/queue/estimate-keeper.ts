import { tierOf } from '../../domain/tiers.ts';
import type { Estimates } from '../../ports/estimates.ts';
import type { Expectations } from './expectations.ts';

/** As many as one statement takes well. */
const PAGE = 500;

/**
 * Keeps what is estimated for jobs that were submitted a moment ago, to be compared with the truth later. Nothing is
 * kept while nobody works, since nothing is estimated then.
 *
 * @throws ClipScribeError DatabaseUnavailable
 */
export async function keepEstimates(estimates: Estimates, expectations: Expectations): Promise<void> {
  const newcomers = await estimates.newcomers(PAGE);
  if (newcomers.length === 0) return;
  const { forecast, basis } = await expectations.read();
  if (forecast === null) return;
  await estimates.keep(
    newcomers.map(({ jobId, operationId, accountId, tier, position }) => ({
      ...{ jobId, operationId, measured: basis === 'measured' },
      ...forecast.of({ accountId, position, runningAtOnce: tierOf(tier)?.runningAtOnce ?? null }),
    })),
  );
}
