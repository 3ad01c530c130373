import { createRoute, z } from '@hono/zod-openapi';
import { incidentOf, incidentSchema } from '../alerts/incident-schemas.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { problemResponses } from '../problems.ts';

/** As many as one looks at. */
const NEWEST = 100;

const alertsRoute = createRoute({
  method: 'get',
  path: '/api/admin/alerts',
  tags: ['Administration'],
  summary: 'What is wrong with the installation, and what was',
  description: `The newest ${NEWEST} incidents, the newest first. They are kept for a year.`,
  responses: {
    200: {
      description: 'Incidents',
      content: {
        'application/json': {
          schema: z.object({ incidents: z.array(incidentSchema) }).meta({ id: 'Incidents' }),
        },
      },
    },
    ...problemResponses(403),
  },
});

/** Incidents, for administrators. */
export const alertRoutes = ({ incidents }: ApiDependencies) =>
  [
    defineRoute(alertsRoute, async (context) =>
      context.json({ incidents: (await incidents.list(NEWEST)).map(incidentOf) }, 200),
    ),
  ] as const;
