import type { MiddlewareHandler } from 'hono';

/**
 * A HEAD is answered as a GET is, but for the body, which Hono drops unread: whatever it holds open, a file or a
 * listener, is let go here.
 */
export const withoutBodyForHead = (): MiddlewareHandler =>
  async function letGoOfBody(context, next) {
    await next();
    if (context.req.method === 'HEAD') await context.res.body?.cancel();
  };
