import { createRoute } from '@hono/zod-openapi';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { overviewSchema } from '../overview/overview-schema.ts';
import { readOverview } from '../overview/read-overview.ts';
import { problemResponses } from '../problems.ts';

const overviewRoute = createRoute({
  method: 'get',
  path: '/api/admin/overview',
  tags: ['Administration'],
  summary:
    'Jobs, workers, queues, tokens, use, cost, failures, feedback, alerts that go on and the emergency stop',
  responses: {
    200: { description: 'The installation', content: { 'application/json': { schema: overviewSchema } } },
    ...problemResponses(403),
  },
});

/** The installation at a glance, for administrators. */
export const overviewRoutes = (dependencies: ApiDependencies) =>
  [
    defineRoute(overviewRoute, async (context) => context.json(await readOverview(dependencies), 200)),
  ] as const;
