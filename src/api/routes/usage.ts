import { createRoute, z } from '@hono/zod-openapi';
import { monthOf, startOfNextMonth } from '../../domain/period.ts';
import { tierNameSchema, tierOf } from '../../domain/tiers.ts';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { problemResponses } from '../problems.ts';

const limitSchema = z.number().nullable().meta({ description: 'Null: no limit.' });

const usageSchema = z
  .object({
    month: z.string().meta({ description: 'Calendar month in UTC.', example: '2026-11' }),
    resetsAt: z.iso.datetime().meta({ description: 'When the count begins anew.' }),
    tier: tierNameSchema.nullable().meta({ description: 'Null: the owner of the installation.' }),
    videos: z
      .object({ used: z.number().int(), limit: limitSchema, left: limitSchema })
      .meta({ description: 'Done or under way; failed and cancelled ones do not count.' }),
    seconds: z.number().meta({ description: 'Seconds of video that were completed.' }),
    costUsd: z.number(),
    ceilings: z
      .array(
        z.object({
          scope: z.enum(['token', 'installation']),
          period: z.enum(['day', 'month']),
          usedUsd: z.number(),
          limitUsd: z.number(),
        }),
      )
      .meta({ description: 'What jobs of the token, or of the installation, may cost.' }),
    longestVideoSeconds: limitSchema,
    runningAtOnce: limitSchema,
    unusedUploads: z
      .object({ heldBytes: z.number().int(), limitBytes: limitSchema })
      .meta({ description: "What the user's uploads hold that no job uses yet." }),
  })
  .meta({ id: 'Usage' });

const usageRoute = createRoute({
  method: 'get',
  path: '/api/usage',
  tags: ['Accounts'],
  summary: "This month's use of the token against its tier's limits",
  responses: {
    200: { description: 'The use', content: { 'application/json': { schema: usageSchema } } },
    ...problemResponses(),
  },
});

/** What the caller's token has used up (H5). */
export const usageRoutes = ({ catalogue, costLedger, unusedUploads }: ApiDependencies) =>
  [
    defineRoute(usageRoute, async (context) => {
      const { accountId, userId, tier } = callerOf(context);
      const now = new Date();
      const { month, videos, seconds, costUsd } = await catalogue.usage(accountId, monthOf(now));
      const limits = tierOf(tier);
      const limit = limits?.videosPerMonth ?? null;
      return context.json(
        {
          ...{ month, tier, seconds, costUsd },
          resetsAt: startOfNextMonth(now).toISOString(),
          // What others spend is nobody's business.
          ceilings: (await costLedger.spendings(accountId)).filter(({ scope }) => scope === 'token'),
          videos: { used: videos, limit, left: limit === null ? null : Math.max(0, limit - videos) },
          longestVideoSeconds: limits?.longestVideoSeconds ?? null,
          runningAtOnce: limits?.runningAtOnce ?? null,
          unusedUploads: {
            heldBytes: await unusedUploads.heldBytes(userId),
            limitBytes: limits?.unusedUploadBytes ?? null,
          },
        },
        200,
      );
    }),
  ] as const;
