import { createRoute, z } from '@hono/zod-openapi';
import { ClipScribeError } from '../../domain/errors.ts';
import {
  EVENT_TYPES,
  isAlertEventType,
  WORK_EVENT_TYPES,
  type EventType,
} from '../../domain/notification-event.ts';
import type { WebhookEndpoint, Webhooks } from '../../ports/webhooks.ts';
import { callerOf, LOCAL_USER_ID } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyHeadersSchema } from '../jobs/job-schemas.ts';
import {
  createdWebhookSchema,
  deliveryOf,
  deliverySchema,
  newWebhookSchema,
  webhookOf,
  webhookSchema,
} from '../notifications/webhook-schemas.ts';
import { cursorSchema, idPositionSchema, lastOf, pageCursors } from '../jobs/page-cursor.ts';
import { problemResponses } from '../problems.ts';

const tags = ['Webhooks'];
const cursors = pageCursors(['webhooks'], idPositionSchema);
const cursorsOfDeliveries = (webhookId: string) =>
  pageCursors(['deliveries of webhook', webhookId], idPositionSchema);

/** In place of an id: the webhook that signs for the `webhookUrl` of the caller's jobs, batches and reels. */
const SIGNER = 'jobs';

const parameters = z.object({
  id: z
    .string()
    .max(100)
    .meta({
      description: `A webhook, or \`${SIGNER}\` for the one that signs for the \`webhookUrl\` of single jobs.`,
      example: 'webhook_01jd3m0p4ye6v8xz2q5r7t9abc',
    }),
});

const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: cursorSchema,
});

const webhookContent = { 'application/json': { schema: webhookSchema } };

const addRoute = createRoute({
  method: 'post',
  path: '/api/webhooks',
  tags,
  summary: 'Add a webhook',
  description: 'From now on it is told of the events of all jobs, batches and reels of the caller.',
  request: {
    headers: idempotencyHeadersSchema,
    body: { required: true, content: { 'application/json': { schema: newWebhookSchema } } },
  },
  responses: {
    201: {
      description: 'The webhook, with its secret',
      content: { 'application/json': { schema: createdWebhookSchema } },
      headers: z.object({ location: z.string() }),
    },
    ...problemResponses(403, 409, 422),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/api/webhooks',
  tags,
  summary: 'List webhooks',
  description: 'The newest first.',
  request: { query: pageQuery },
  responses: {
    200: {
      description: 'A page of webhooks',
      content: {
        'application/json': {
          schema: z
            .object({ webhooks: z.array(webhookSchema), nextCursor: z.string().nullable() })
            .meta({ id: 'WebhookPage' }),
        },
      },
    },
    ...problemResponses(422),
  },
});

const removeRoute = createRoute({
  method: 'delete',
  path: '/api/webhooks/{id}',
  tags,
  summary: 'Remove a webhook',
  description: 'With its delivery log and whatever was still to be delivered to it.',
  request: { params: parameters },
  responses: {
    200: { description: 'What was removed', content: webhookContent },
    ...problemResponses(404),
  },
});

const rotateRoute = createRoute({
  method: 'post',
  path: '/api/webhooks/{id}/rotate',
  tags,
  summary: 'Make a new secret',
  description:
    'For a day both secrets sign, so that the receiver can change over. Do it twice to drop the old one now.',
  request: { params: parameters, headers: idempotencyHeadersSchema },
  responses: {
    200: {
      description: 'The webhook, with its new secret',
      content: { 'application/json': { schema: createdWebhookSchema } },
    },
    ...problemResponses(404, 409, 422),
  },
});

const enableRoute = createRoute({
  method: 'post',
  path: '/api/webhooks/{id}/enable',
  tags,
  summary: 'Enable a webhook again',
  description: 'One that was disabled because its endpoint answered 410, or nothing for three days.',
  request: { params: parameters, headers: idempotencyHeadersSchema },
  responses: { 200: { description: 'The webhook', content: webhookContent }, ...problemResponses(404, 422) },
});

const deliveriesRoute = createRoute({
  method: 'get',
  path: '/api/webhooks/{id}/deliveries',
  tags,
  summary: 'What was delivered',
  description: 'The newest first, each with all attempts; kept for 30 days.',
  request: { params: parameters, query: pageQuery },
  responses: {
    200: {
      description: 'A page of deliveries',
      content: {
        'application/json': {
          schema: z
            .object({ deliveries: z.array(deliverySchema), nextCursor: z.string().nullable() })
            .meta({ id: 'WebhookDeliveryPage' }),
        },
      },
    },
    ...problemResponses(404, 422),
  },
});

const resendRoute = createRoute({
  method: 'post',
  path: '/api/webhooks/{id}/deliveries/{deliveryId}/resend',
  tags,
  summary: 'Deliver once more',
  description:
    'At once, and with the same `webhook-id`. Attempts that were still to come are made from the first one on.',
  request: {
    params: parameters.extend({ deliveryId: z.string().max(100) }),
    headers: idempotencyHeadersSchema,
  },
  responses: {
    200: {
      description: 'It is being delivered',
      content: {
        'application/json': { schema: z.object({ success: z.literal(true), message: z.string() }) },
      },
    },
    ...problemResponses(404, 409, 422),
  },
});

const SHOWN_ONCE = { 'cache-control': 'no-store' } as const;

/** Webhooks of the caller: adding, listing, removing, their secrets and what was delivered (B5). */
export const webhookRoutes = ({ webhooks, checkWebhookUrl, notificationClient }: ApiDependencies) =>
  [
    defineRoute(addRoute, async (context) => {
      const { url, events: asked } = context.req.valid('json');
      const { userId } = callerOf(context);
      const events = eventsFor(userId, asked);
      await checkWebhookUrl(url);
      const { endpoint, secret } = await webhooks.add({ userId, url, events });
      return context.json({ ...webhookOf(endpoint), secret }, 201, {
        ...SHOWN_ONCE,
        location: `/api/webhooks/${endpoint.id}`,
      });
    }),
    defineRoute(listRoute, async (context) => {
      const { limit, cursor } = context.req.valid('query');
      const before = cursors.position(cursor);
      const page = await webhooks.list(callerOf(context).userId, { limit, before });
      const nextCursor = cursors.after(lastOf(page, limit)?.id);
      return context.json({ webhooks: page.map(webhookOf), nextCursor }, 200);
    }),
    defineRoute(removeRoute, async (context) => {
      const { userId, id } = await own(webhooks, callerOf(context).userId, context.req.valid('param').id);
      return context.json(webhookOf(known(await webhooks.remove(userId, id))), 200);
    }),
    defineRoute(rotateRoute, async (context) => {
      const { userId, id } = await own(webhooks, callerOf(context).userId, context.req.valid('param').id);
      const { endpoint, secret } = known(await webhooks.rotate(userId, id));
      return context.json({ ...webhookOf(endpoint), secret }, 200, SHOWN_ONCE);
    }),
    defineRoute(enableRoute, async (context) => {
      const { userId, id } = await own(webhooks, callerOf(context).userId, context.req.valid('param').id);
      return context.json(webhookOf(known(await webhooks.enable(userId, id))), 200);
    }),
    defineRoute(deliveriesRoute, async (context) => {
      const { id } = await own(webhooks, callerOf(context).userId, context.req.valid('param').id);
      const { limit, cursor } = context.req.valid('query');
      const deliveryCursors = cursorsOfDeliveries(id);
      const page = await webhooks.deliveries(id, { limit, before: deliveryCursors.position(cursor) });
      const nextCursor = deliveryCursors.after(lastOf(page, limit)?.id);
      return context.json({ deliveries: page.map(deliveryOf), nextCursor }, 200);
    }),
    defineRoute(resendRoute, async (context) => {
      const { id, deliveryId } = context.req.valid('param');
      const { userId } = callerOf(context);
      const endpoint = await own(webhooks, userId, id);
      if (endpoint.disabledAt !== null) {
        throw new ClipScribeError(
          'ActionNotPossible',
          `The webhook is disabled (${endpoint.disabledReason}); enable it first.`,
        );
      }
      if (!(await webhooks.reopenDelivery(endpoint.id, deliveryId)))
        throw new ClipScribeError('NotFound', 'This webhook has no delivery with this id.');
      await notificationClient.deliver(deliveryId, userId);
      return context.json({ success: true, message: 'It is being delivered.' } as const, 200);
    }),
  ] as const;

/** @throws ClipScribeError Forbidden */
function eventsFor(userId: string, asked: readonly EventType[] | undefined): readonly EventType[] {
  if (userId === LOCAL_USER_ID) return asked ?? EVENT_TYPES;
  if (asked?.some(isAlertEventType) === true)
    throw new ClipScribeError('Forbidden', 'Only the owner of the installation is told of alerts.');
  return asked ?? WORK_EVENT_TYPES;
}

/** Of another user's webhook nobody learns that it exists. */
async function own(webhooks: Webhooks, userId: string, id: string): Promise<WebhookEndpoint> {
  return id === SIGNER ? webhooks.signer(userId) : known(await webhooks.find(userId, id));
}

function known<T>(found: T | undefined): T {
  if (found === undefined) throw new ClipScribeError('NotFound', 'There is no webhook with this id.');
  return found;
}
