import type { MiddlewareHandler } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ClipScribeError } from '../../domain/errors.ts';
import { TIERS, type TierName } from '../../domain/tiers.ts';
import { callerOf } from '../caller.ts';

const WINDOW_SECONDS = 60;

/**
 * Bounds the requests of a token in a minute, as its tier says, and tells of it in `RateLimit-Policy` and
 * `RateLimit` (draft-ietf-httpapi-ratelimit-headers). Each API process counts for itself: the bound protects the
 * process, while quotas, which must be exact, are the database's.
 *
 * @throws ClipScribeError RateLimited
 */
export function rateLimit(): MiddlewareHandler {
  const limiters = new Map(
    Object.entries(TIERS).map(([name, { requestsPerMinute }]) => [
      name as TierName,
      new RateLimiterMemory({ points: requestsPerMinute, duration: WINDOW_SECONDS }),
    ]),
  );
  return async function limitRate(context, next) {
    const { tier, accountId } = callerOf(context);
    const limiter = tier === null ? undefined : limiters.get(tier);
    if (limiter === undefined) return next();
    const state = await limiter.consume(accountId).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
    const resetSeconds = Math.ceil(state.msBeforeNext / 1000);
    context.header('ratelimit-policy', `"minute";q=${limiter.points};w=${WINDOW_SECONDS}`);
    context.header('ratelimit', `"minute";r=${state.remainingPoints};t=${resetSeconds}`);
    if (state.consumedPoints > limiter.points) {
      throw new ClipScribeError(
        'RateLimited',
        `This token may send ${limiter.points} requests a minute; go on in ${resetSeconds} s.`,
        { retryAfterSeconds: resetSeconds },
      );
    }
    return next();
  };
}
