import { createRoute, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { findOwnBatch } from '../batches/batch-actions.ts';
import { batchParametersSchema } from '../batches/batch-schemas.ts';
import { hasBatchEnded, readBatchView, type BatchView } from '../batches/batch-view.ts';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { followUntilEnd } from '../follow-until-end.ts';
import { hashOf } from '../jobs/event-id.ts';
import { problemResponses } from '../problems.ts';

const eventsRoute = createRoute({
  method: 'get',
  path: '/api/batches/{id}/events',
  tags: ['Batches'],
  summary: 'Follow a batch',
  description: [
    'Server-sent events. `batch` has the whole batch as data, whenever anything about it has changed, so that a listener',
    'that missed some has lost nothing. A listener that reconnects with `Last-Event-ID`, to any instance of the API, is',
    'told only what it does not know. The stream ends when the batch has ended; then a listener that knows it gets 204.',
  ].join('\n'),
  request: {
    params: batchParametersSchema,
    headers: z.object({ 'last-event-id': z.string().max(100).optional() }),
  },
  responses: {
    200: { description: 'The events', content: { 'text/event-stream': { schema: z.string() } } },
    204: { description: 'The batch has ended and the listener knows it' },
    ...problemResponses(404),
  },
});

/** Made of the batch alone: any instance of the API knows it. */
const eventIdOf = (batch: BatchView): string => hashOf(JSON.stringify(batch));

/** Live updates of batches (B8). */
export const batchEventRoutes = ({
  batches,
  batchWatcher,
}: Pick<ApiDependencies, 'batches' | 'batchWatcher'>) =>
  [
    defineRoute(eventsRoute, async (context) => {
      const { id } = await findOwnBatch(batches, callerOf(context).userId, context.req.valid('param').id);
      const first = await readBatchView(batches, id);
      let told = context.req.valid('header')['last-event-id'];
      if (hasBatchEnded(first) && told === eventIdOf(first)) return context.body(null, 204);
      return streamSSE(context, async (stream) => {
        let telling = Promise.resolve();
        // One after the other, whatever the speed of the listener's connection.
        const tell = (batch: BatchView): void => {
          const eventId = eventIdOf(batch);
          if (eventId === told) return;
          told = eventId;
          telling = telling.then(() =>
            stream.writeSSE({ event: 'batch', id: eventId, data: JSON.stringify(batch) }),
          );
        };
        tell(first);
        if (!hasBatchEnded(first)) await followUntilEnd(stream, batchWatcher, id, tell);
        await telling;
      });
    }),
  ] as const;
