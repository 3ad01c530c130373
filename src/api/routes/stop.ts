import { createRoute, z } from '@hono/zod-openapi';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyHeadersSchema, stopSchema } from '../jobs/job-schemas.ts';
import { problemResponses } from '../problems.ts';
import { noticeOf } from '../stop/stop-notice.ts';

const tags = ['Administration'];

const reasonSchema = z.string().trim().min(1).max(500);

const stateSchema = z
  .object({
    stop: stopSchema,
    changed: z.boolean().meta({ description: 'False: it was so already, and nothing was done.' }),
  })
  .meta({ id: 'StopState' });

const responses = {
  200: { description: 'What holds now', content: { 'application/json': { schema: stateSchema } } },
  ...problemResponses(403, 422),
};

const stopRoute = createRoute({
  method: 'post',
  path: '/api/admin/stop',
  tags,
  summary: 'Stop all work',
  description: [
    'New jobs are refused with `EmergencyStop`; running ones finish the steps in hand and are parked before the',
    'next one. Nothing is lost. It holds until `POST /api/admin/resume`, also over restarts.',
  ].join('\n'),
  request: {
    headers: idempotencyHeadersSchema,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              reason: reasonSchema.meta({ description: 'Told to everybody whose work waits.' }),
            })
            .meta({ id: 'StopOrder' }),
        },
      },
    },
  },
  responses,
});

const resumeRoute = createRoute({
  method: 'post',
  path: '/api/admin/resume',
  tags,
  summary: 'Let all work go on',
  description: 'Every parked job goes on where it stopped; jobs that their user paused stay paused.',
  request: { headers: idempotencyHeadersSchema },
  responses,
});

/** The emergency stop of the installation (H6), for administrators. */
export const stopRoutes = ({ stopSwitch, stopTeller }: ApiDependencies) => {
  // Whoever is not told now is told by the sweeper.
  const tellSoon = (): void => void stopTeller.tell().catch(() => undefined);
  return [
    defineRoute(stopRoute, async (context) => {
      const by = callerOf(context).name;
      const { event, changed } = await stopSwitch.stop({ by, reason: context.req.valid('json').reason });
      tellSoon();
      return context.json({ stop: noticeOf(event), changed }, 200);
    }),
    defineRoute(resumeRoute, async (context) => {
      const changed = await stopSwitch.resume({ by: callerOf(context).name });
      tellSoon();
      return context.json({ stop: null, changed }, 200);
    }),
  ] as const;
};
