import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Caller } from './caller.ts';

/** One answered request, as the log tells of it. */
export interface AnsweredRequest {
  requestId: string;
  method: string;
  /** As it is declared, `/api/jobs/:id`: addresses hold what users wrote, and credentials. */
  route: string;
  status: number;
  milliseconds: number;
  user?: string;
  job?: string;
}

const JOB_ROUTE = /^\/api\/jobs\/:id(\/|$)/;
const JOB_LOCATION = /^\/api\/jobs\/(\w+)$/;

/** Asked again and again by machines. */
export const UNTOLD_ROUTES: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** Tells of every request when its answer begins; not of health checks and Prometheus. */
export const logRequests = (log: (request: AnsweredRequest) => void): MiddlewareHandler =>
  async function logged(context, next) {
    const startedAtMs = performance.now();
    await next();
    const route = routePath(context, -1);
    if (UNTOLD_ROUTES.has(route)) return;
    const caller = context.get('caller') as Caller | undefined;
    const job = jobOf(context, route);
    log({
      requestId: context.get('requestId') as string,
      method: context.req.method,
      route,
      status: context.res.status,
      milliseconds: Math.round(performance.now() - startedAtMs),
      ...(caller === undefined ? {} : { user: caller.userId }),
      ...(job === undefined ? {} : { job }),
    });
  };

/** The job that a request is about, or that it has submitted. */
export const jobOf = ({ req, res }: Context, route: string): string | undefined =>
  JOB_ROUTE.test(route) ? req.param('id') : JOB_LOCATION.exec(res.headers.get('location') ?? '')?.[1];
