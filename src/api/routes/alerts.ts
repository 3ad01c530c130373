import { createRoute, z } from '@hono/zod-openapi';
import { incidentOf, incidentSchema } from '../alerts/incident-schemas.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { cursorSchema, lastOf, pageCursors } from '../jobs/page-cursor.ts';
import { problemResponses } from '../problems.ts';

const cursors = pageCursors(['incidents'], z.object({ openedAt: z.coerce.date(), id: z.string() }));

const alertsRoute = createRoute({
  method: 'get',
  path: '/api/admin/alerts',
  tags: ['Administration'],
  summary: 'What is wrong with the installation, and what was',
  description: 'The newest first. Incidents are kept for a year.',
  request: {
    query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20), cursor: cursorSchema }),
  },
  responses: {
    200: {
      description: 'Incidents',
      content: {
        'application/json': {
          schema: z
            .object({ incidents: z.array(incidentSchema), nextCursor: z.string().nullable() })
            .meta({ id: 'IncidentPage' }),
        },
      },
    },
    ...problemResponses(403, 422),
  },
});

/** Incidents, for administrators. */
export const alertRoutes = ({ incidents }: ApiDependencies) =>
  [
    defineRoute(alertsRoute, async (context) => {
      const { limit, cursor } = context.req.valid('query');
      const found = await incidents.list({ limit, before: cursors.position(cursor) });
      const last = lastOf(found, limit);
      const nextCursor = cursors.after(last?.openedAt ? { openedAt: last.openedAt, id: last.id } : undefined);
      return context.json({ incidents: found.map(incidentOf), nextCursor }, 200);
    }),
  ] as const;
