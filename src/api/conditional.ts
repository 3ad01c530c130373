import type { MiddlewareHandler } from 'hono';
import { etag } from 'hono/etag';

/** What is asked for again and again, and mostly has not changed. */
export const CONDITIONAL_PATHS = [
  '/api/jobs/:id',
  '/api/jobs/:id/status',
  '/api/jobs/:id/artifacts',
  '/api/batches/:id',
  '/api/batches/:id/items',
];

/** Answers name what they say by an `ETag`, so that whoever knows it already is answered 304, without a body. */
export const conditional = (): MiddlewareHandler[] => [
  etag({ weak: true }),
  async function cachePrivately(context, next) {
    await next();
    if (context.req.method !== 'GET') return;
    // The caller's own, and as old as the last question: kept by them alone, and asked about each time.
    context.header('cache-control', 'private, no-cache');
    context.header('vary', 'authorization', { append: true });
  },
];

/** For the responses of such a route. */
export const notModified = {
  304: { description: 'It is what `If-None-Match` names' },
} as const;
