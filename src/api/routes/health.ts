import { createRoute, z } from '@hono/zod-openapi';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { openProblemResponses } from '../problems.ts';

/** The name by which a client knows that it speaks to this API. */
export const API_SERVICE = 'clipscribe-api';

const healthSchema = z
  .object({ status: z.literal('ok'), timestamp: z.iso.datetime(), service: z.string() })
  .meta({ id: 'Health' });
const responses = {
  200: { description: 'It is', content: { 'application/json': { schema: healthSchema } } },
};

const health = () => ({ status: 'ok' as const, timestamp: new Date().toISOString(), service: API_SERVICE });

/** Who asks is not asked back. */
const OPEN = { tags: ['Service'], security: [] };

/** Liveness, and readiness: whether Temporal and the database answer. */
export const healthRoutes = ({ jobs, checkDatabase }: ApiDependencies) =>
  [
    defineRoute(
      createRoute({
        method: 'get',
        path: '/health',
        ...OPEN,
        summary: 'Is the process alive?',
        responses,
      }),
      (context) => context.json(health(), 200),
    ),
    defineRoute(
      createRoute({
        method: 'get',
        path: '/ready',
        ...OPEN,
        summary: 'Can it take work?',
        responses: { ...responses, ...openProblemResponses() },
      }),
      async (context) => {
        await Promise.all([jobs.checkReachable(), checkDatabase()]);
        return context.json(health(), 200);
      },
    ),
  ] as const;
