import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { jobOf, UNTOLD_ROUTES } from './log-requests.ts';

/**
 * A span for every request, until its answer begins; not for health checks and Prometheus. Each begins a trace:
 * strangers do not say which one they are part of.
 */
export const traceRequests = (): MiddlewareHandler =>
  async function traced(context, next) {
    if (UNTOLD_ROUTES.has(context.req.path)) return next();
    const { method } = context.req;
    await trace.getTracer('clipscribe').startActiveSpan(method, { kind: SpanKind.SERVER }, async (span) => {
      try {
        await next();
      } finally {
        const route = routePath(context, -1);
        const { status } = context.res;
        const job = jobOf(context, route);
        span.updateName(`${method} ${route}`).setAttributes({
          ...{ 'http.request.method': method, 'http.route': route },
          'http.response.status_code': status,
          ...(job === undefined ? {} : { job }),
        });
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      }
    });
  };
