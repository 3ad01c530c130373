import { createRoute, z } from '@hono/zod-openapi';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { problemResponses } from '../problems.ts';
import { readServiceNumbers } from '../queue/service-numbers.ts';

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  tags: ['Service'],
  summary: 'Metrics of the service, for Prometheus',
  description: 'Numbers that cannot be told now, because Temporal or the database is away, are absent.',
  responses: {
    200: {
      description: 'Metrics in the text format of Prometheus',
      content: { 'text/plain': { schema: z.string() } },
    },
    ...problemResponses(403),
  },
});

/** What Prometheus scrapes; for administrators (docs/monitoring.md). */
export const metricsRoutes = (dependencies: ApiDependencies) =>
  [
    defineRoute(metricsRoute, async (context) => {
      const numbers = await readServiceNumbers(dependencies).catch(() => undefined);
      return context.text(await dependencies.metricsText(numbers), 200);
    }),
  ] as const;
