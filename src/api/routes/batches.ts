import { createRoute, z } from '@hono/zod-openapi';
import { batchItemStateSchema } from '../../domain/batch.ts';
import {
  batchItemSchema,
  batchParametersSchema,
  batchSchema,
  batchSubmissionSchema,
} from '../batches/batch-schemas.ts';
import { cancelBatch, findOwnBatch, retryBatch } from '../batches/batch-actions.ts';
import { viewBatches, viewItem } from '../batches/batch-view.ts';
import { submitBatch } from '../batches/submit-batch.ts';
import { callerOf } from '../caller.ts';
import { notModified } from '../conditional.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { operationIdOf } from '../idempotency.ts';
import { idempotencyHeadersSchema } from '../jobs/job-schemas.ts';
import { cursorSchema, lastOf, pageCursors, rowPositionSchema } from '../jobs/page-cursor.ts';
import { problemResponses } from '../problems.ts';
import { actionAnswerSchema } from './job-actions.ts';

const tags = ['Batches'];
const batchContent = { 'application/json': { schema: batchSchema } };
const cursors = pageCursors(['batches'], rowPositionSchema);

const submitRoute = createRoute({
  method: 'post',
  path: '/api/batches',
  tags,
  summary: 'Submit many videos',
  description:
    'Each address becomes a job, some at a time. An address that stands twice, or that the user has a job for already, is recognised. A video that fails, or is over the quota, fails alone.',
  request: {
    headers: idempotencyHeadersSchema,
    body: { required: true, content: { 'application/json': { schema: batchSubmissionSchema } } },
  },
  responses: {
    202: {
      description: 'The batch was accepted',
      content: batchContent,
      headers: z.object({ location: z.string().meta({ description: 'Address of the batch' }) }),
    },
    ...problemResponses(409, 413, 422),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/api/batches',
  tags,
  summary: 'List batches, the newest first',
  request: {
    query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20), cursor: cursorSchema }),
  },
  responses: {
    200: {
      description: 'A page of batches',
      content: {
        'application/json': {
          schema: z
            .object({ batches: z.array(batchSchema), nextCursor: z.string().nullable() })
            .meta({ id: 'BatchPage' }),
        },
      },
    },
    ...problemResponses(422),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/api/batches/{id}',
  tags,
  summary: 'One batch: how far it is, in numbers',
  request: { params: batchParametersSchema },
  responses: {
    200: { description: 'The batch', content: batchContent },
    ...notModified,
    ...problemResponses(404),
  },
});

const itemsRoute = createRoute({
  method: 'get',
  path: '/api/batches/{id}/items',
  tags,
  summary: 'The videos of a batch, in the order of its list',
  request: {
    params: batchParametersSchema,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(100),
      cursor: cursorSchema,
      status: batchItemStateSchema.optional(),
    }),
  },
  responses: {
    200: {
      description: 'A page of videos',
      content: {
        'application/json': {
          schema: z
            .object({ items: z.array(batchItemSchema), nextCursor: z.string().nullable() })
            .meta({ id: 'BatchItemPage' }),
        },
      },
    },
    ...notModified,
    ...problemResponses(404, 422),
  },
});

const actionRoute = <Name extends string>(name: Name, summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/batches/{id}/${name}`,
    tags,
    summary,
    request: { params: batchParametersSchema, headers: idempotencyHeadersSchema },
    responses: {
      200: {
        description: 'What happens now',
        content: { 'application/json': { schema: actionAnswerSchema } },
      },
      ...problemResponses(404, 409, 422),
    },
  });

const cancelRoute = actionRoute('cancel', 'Accept no more videos, and cancel those under way');
const retryRoute = actionRoute(
  'retry',
  'Do those videos again that failed, were cancelled or wait for a person',
);

/** Many videos at once (B1). */
export const batchRoutes = (dependencies: ApiDependencies) => {
  const { batches } = dependencies;
  const view = async (userId: string, batchId: string) => {
    const [batch] = await viewBatches(batches, [await findOwnBatch(batches, userId, batchId)]);
    if (batch === undefined) throw new Error('A batch that was just found is missing.');
    return batch;
  };
  return [
    defineRoute(submitRoute, async (context) => {
      const caller = callerOf(context);
      const id = await submitBatch(dependencies, {
        submission: context.req.valid('json'),
        caller,
        operationId: operationIdOf(context),
      });
      return context.json(await view(caller.userId, id), 202, { location: `/api/batches/${id}` });
    }),
    defineRoute(listRoute, async (context) => {
      const { limit, cursor } = context.req.valid('query');
      const before = cursors.position(cursor);
      const found = await batches.list(callerOf(context).userId, { limit, before });
      const nextCursor = cursors.after(lastOf(found, limit));
      return context.json({ batches: await viewBatches(batches, found), nextCursor }, 200);
    }),
    defineRoute(getRoute, async (context) =>
      context.json(await view(callerOf(context).userId, context.req.valid('param').id), 200),
    ),
    defineRoute(itemsRoute, async (context) => {
      const { id } = await findOwnBatch(batches, callerOf(context).userId, context.req.valid('param').id);
      const { limit, cursor, status } = context.req.valid('query');
      const itemCursors = pageCursors(['items of batch', id, status ?? 'all'], z.number().int());
      const states = status === undefined ? undefined : [status];
      const items = await batches.items(id, { states, after: itemCursors.position(cursor) ?? 0, limit });
      const nextCursor = itemCursors.after(lastOf(items, limit)?.number);
      return context.json({ items: items.map(viewItem), nextCursor }, 200);
    }),
    defineRoute(cancelRoute, async (context) => {
      const batch = await findOwnBatch(batches, callerOf(context).userId, context.req.valid('param').id);
      return context.json(await cancelBatch(dependencies, batch), 200);
    }),
    defineRoute(retryRoute, async (context) => {
      const batch = await findOwnBatch(batches, callerOf(context).userId, context.req.valid('param').id);
      return context.json(await retryBatch(dependencies, batch), 200);
    }),
  ] as const;
};
