import { createRoute, z } from '@hono/zod-openapi';
import { retentionResultSchema } from '../../domain/retention.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyHeadersSchema } from '../jobs/job-schemas.ts';
import { problemResponses } from '../problems.ts';

const startedSchema = z
  .object({ workflowId: z.string().meta({ description: 'Where the Temporal UI shows it.' }) })
  .meta({ id: 'RetentionStarted' });

const applyRoute = createRoute({
  method: 'post',
  path: '/api/admin/retention',
  tags: ['Administration'],
  summary: 'Remove what is older than CLIPSCRIBE_RETENTION_DAYS, or count it',
  description: 'The same happens by itself every night. Results are never removed. Safe to repeat.',
  request: {
    headers: idempotencyHeadersSchema,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({ dryRun: z.boolean().default(true).meta({ description: 'Count only.' }) })
            .meta({ id: 'RetentionRequest' }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'How much that was',
      content: { 'application/json': { schema: retentionResultSchema.meta({ id: 'RetentionResult' }) } },
    },
    202: { description: 'It takes longer', content: { 'application/json': { schema: startedSchema } } },
    ...problemResponses(403, 409, 422),
  },
});

/** Retention by hand. */
export const retentionRoutes = ({ retention }: ApiDependencies) =>
  [
    defineRoute(applyRoute, async (context) => {
      const { workflowId, result } = await retention.apply(context.req.valid('json').dryRun);
      return result === undefined ? context.json({ workflowId }, 202) : context.json(result, 200);
    }),
  ] as const;
