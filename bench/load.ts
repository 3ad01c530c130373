import autocannon from 'autocannon';
import type { Request } from 'autocannon';

/** Requests under way at once. */
const CONNECTIONS = 10;

export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Sends a request again and again until that many are answered. Fails where an answer is no success. */
export async function load(address: string, request: Request, amount: number): Promise<Load> {
  const result = await autocannon({
    url: address,
    connections: CONNECTIONS,
    amount,
    requests: [request],
    timeout: 60,
  });
  if (result.errors + result.non2xx > 0)
    throw new Error(`${result.non2xx} answers were no success, ${result.errors} requests got none.`);
  const { requests: answered, duration, latency } = result;
  return { perSecond: answered.total / duration, p50Ms: latency.p50, p99Ms: latency.p99 };
}

/** In words, for a table. */
export const loadText = ({ perSecond, p50Ms, p99Ms }: Load): string =>
  `${perSecond.toFixed(0)} a second · p50 ${p50Ms.toFixed(0)} ms · p99 ${p99Ms.toFixed(0)} ms`;
