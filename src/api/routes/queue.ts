import { createRoute, z } from '@hono/zod-openapi';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { problemResponses } from '../problems.ts';
import { readQueueStatus } from '../queue/queue-status.ts';

const queueStatusSchema = z
  .object({
    queue_depth: z.number().int().meta({ description: 'Jobs that nobody works on yet.' }),
    active_workers: z
      .number()
      .int()
      .meta({ description: 'Worker processes that have asked for work lately.' }),
    estimated_wait_minutes: z.number().nullable().meta({
      description:
        'For a job submitted now, from how long recent jobs took; null where nothing was measured.',
    }),
    processing_jobs: z.number().int(),
  })
  .meta({ id: 'QueueStatus' });

const queueStatusRoute = createRoute({
  method: 'get',
  path: '/api/queue/status',
  tags: ['Service'],
  summary: 'How much there is to do, and how long a new job waits',
  responses: {
    200: { description: 'The queue', content: { 'application/json': { schema: queueStatusSchema } } },
    ...problemResponses(),
  },
});

/** The queue of the whole installation (S3), for everybody. */
export const queueRoutes = (dependencies: ApiDependencies) =>
  [
    defineRoute(queueStatusRoute, async (context) => context.json(await readQueueStatus(dependencies), 200)),
  ] as const;
