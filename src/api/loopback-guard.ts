import type { Context, MiddlewareHandler } from 'hono';
import { ClipScribeError } from '../domain/errors.ts';

/**
 * Lets only this machine's own users in, where the API may read their files or takes requests without a token.
 * See {@link checkLoopback}.
 */
export const loopbackGuard = (): MiddlewareHandler =>
  async function guardLoopback(context, next) {
    checkLoopback(context);
    await next();
  };

const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Refuses a Host that is not loopback (DNS rebinding), an Origin that is not the API's own (a web page that sends
 * requests from the user's browser), and what a proxy forwards: it comes from elsewhere, whatever its Host says.
 *
 * @throws ClipScribeError RequestRefused
 */
export function checkLoopback(context: Context): void {
  const host = context.req.header('host');
  if (host === undefined || !isLoopback(host)) {
    throw new ClipScribeError('RequestRefused', 'This API answers requests to a loopback address only.');
  }
  if (FORWARDING_HEADERS.some((name) => context.req.header(name) !== undefined)) {
    throw new ClipScribeError(
      'RequestRefused',
      'This request came through a proxy, and needs a token: make one on the machine of the API.',
    );
  }
  const origin = context.req.header('origin');
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new ClipScribeError('RequestRefused', 'This API does not answer requests from other web pages.');
  }
}

function isLoopback(host: string): boolean {
  const address = `http://${host}`;
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return isLoopbackHost(hostname.replace(/^\[(.*)\]$/, '$1'));
}

/** Whether a host without port or brackets, such as one to listen on, is this machine's own. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
