import { createRoute, z } from '@hono/zod-openapi';
import { accuracySchema } from '../../domain/estimate-accuracy.ts';
import { GRAINS, queueSampleSchema } from '../../domain/queue-history.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { problemResponses } from '../problems.ts';
import { basisSchema } from '../queue/estimate-schemas.ts';
import { HISTORY_PAGE, readQueueHistory } from '../queue/read-history.ts';
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
        'For a job submitted now by whoever has most jobs waiting, from how long recent jobs took; the median. Null while no worker runs. Others wait less: turns go round.',
    }),
    estimated_wait_range_minutes: z
      .object({ low: z.number(), high: z.number() })
      .nullable()
      .meta({ description: 'In three of five cases the truth lies between.' }),
    processing_jobs: z.number().int(),
    estimate_basis: basisSchema,
    estimate_accuracy: z
      .array(accuracySchema.meta({ id: 'EstimateAccuracy' }))
      .meta({ description: 'How near past estimates came to the truth, by task queue.' }),
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

const queueHistorySchema = z
  .object({
    grain: z.enum(GRAINS),
    samples: z
      .array(
        queueSampleSchema
          .extend({ at: z.iso.datetime().meta({ description: 'The beginning of the minute or hour.' }) })
          .meta({ id: 'QueueSample' }),
      )
      .meta({
        description:
          'The oldest first. Gauges are those of the minute, or means over the hour; counts are of all of it. Null where nobody could tell. A minute in which the service was away is not there.',
      }),
    nextFrom: z.iso.datetime().nullable().meta({ description: 'Where to go on; null: that was all.' }),
  })
  .meta({ id: 'QueueHistory' });

const queueHistoryRoute = createRoute({
  method: 'get',
  path: '/api/queue/history',
  tags: ['Service'],
  summary: 'How the queue was',
  description: `A minute's grain is kept for a week, an hour's for a year. An answer has ${HISTORY_PAGE} samples at most.`,
  request: {
    query: z.object({
      from: z.iso.datetime().optional().meta({ description: 'An hour, or a day, before `to` when absent.' }),
      to: z.iso.datetime().optional().meta({ description: 'Now when absent.' }),
      grain: z.enum(GRAINS).default('minute'),
    }),
  },
  responses: {
    200: {
      description: 'The history of the queue',
      content: { 'application/json': { schema: queueHistorySchema } },
    },
    ...problemResponses(422),
  },
});

/** The queue of the whole installation (S3), for everybody. */
export const queueRoutes = (dependencies: ApiDependencies) =>
  [
    defineRoute(queueStatusRoute, async (context) => context.json(await readQueueStatus(dependencies), 200)),
    defineRoute(queueHistoryRoute, async (context) =>
      context.json(await readQueueHistory(dependencies.queueHistory, context.req.valid('query')), 200),
    ),
  ] as const;
