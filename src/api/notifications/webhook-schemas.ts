import { z } from '@hono/zod-openapi';
import { deliveryOutcomeSchema, EVENT_TYPES, eventTypeSchema } from '../../domain/notification-event.ts';
import type { WebhookDelivery, WebhookEndpoint } from '../../ports/webhooks.ts';

const eventsSchema = z.array(eventTypeSchema).max(EVENT_TYPES.length);

/** Body of `POST /api/webhooks`. */
export const newWebhookSchema = z
  .strictObject({
    url: z.string().max(2048).meta({ example: 'https://example.org/hooks/clipscribe' }),
    events: eventsSchema
      .min(1)
      .optional()
      .meta({ description: 'All, where absent; those of alerts are for the owner of the installation.' }),
  })
  .meta({ id: 'NewWebhook' });

export const webhookSchema = z
  .object({
    id: z.string().meta({ example: 'webhook_01jd3m0p4ye6v8xz2q5r7t9abc' }),
    url: z.string().nullable().meta({
      description: 'Null for the one that signs for the `webhookUrl` of single jobs.',
    }),
    events: eventsSchema,
    createdAt: z.iso.datetime(),
    previousSecretUntil: z.iso.datetime().nullable().meta({
      description: 'Until then the secret before the newest one signs, too.',
    }),
    disabledAt: z.iso.datetime().nullable().meta({ description: 'Null while it is told of events.' }),
    disabledReason: z.string().nullable(),
  })
  .meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof webhookSchema>;

export const createdWebhookSchema = webhookSchema
  .extend({
    secret: z.string().meta({
      description: 'Verifies signatures (Standard Webhooks). It is shown this once.',
      example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDMfSPyGpQ4Ls=',
    }),
  })
  .meta({ id: 'CreatedWebhook' });

export const deliverySchema = z
  .object({
    id: z.string().meta({ description: 'The `webhook-id`.', example: 'ntf_01jd3m0p4ye6v8xz2q5r7t9abc' }),
    type: eventTypeSchema,
    subjectId: z.string().meta({ description: 'The job, batch or reel.' }),
    url: z.string(),
    state: z.enum(['pending', ...deliveryOutcomeSchema.options]).meta({
      description:
        '`failed`: no attempt of three days succeeded. `gone`: the endpoint does not want it, or may not be reached.',
    }),
    createdAt: z.iso.datetime(),
    attempts: z.array(
      z.object({
        at: z.iso.datetime(),
        outcome: deliveryOutcomeSchema,
        statusCode: z.number().int().nullable(),
        durationMs: z.number().int(),
        problem: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'WebhookDelivery' });
export type Delivery = z.infer<typeof deliverySchema>;

export const webhookOf = ({
  id,
  url,
  events,
  createdAt,
  previousSecretUntil,
  disabledAt,
  disabledReason,
}: WebhookEndpoint): Webhook => ({
  ...{ id, url, events: [...events], disabledReason },
  createdAt: createdAt.toISOString(),
  previousSecretUntil: previousSecretUntil?.toISOString() ?? null,
  disabledAt: disabledAt?.toISOString() ?? null,
});

export const deliveryOf = ({ createdAt, attempts, ...delivery }: WebhookDelivery): Delivery => ({
  ...delivery,
  createdAt: createdAt.toISOString(),
  attempts: attempts.map(({ at, ...attempt }) => ({ ...attempt, at: at.toISOString() })),
});
