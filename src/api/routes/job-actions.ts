import { createRoute, z } from '@hono/zod-openapi';
import { jobChangeSchema } from '../../contracts/jobs.ts';
import { defineRoute } from '../define-route.ts';
import { askedSettingsSchema, stageNameSchema } from '../../domain/job.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { operationIdOf } from '../idempotency.ts';
import { changeJob } from '../jobs/change-job.ts';
import { cancelJob, pauseJob, redoJob, resumeJob, retryJob, skipStep } from '../jobs/job-actions.ts';
import { idempotencyHeadersSchema, jobParametersSchema } from '../jobs/job-schemas.ts';
import { problemResponses } from '../problems.ts';

/** The answer of every action. */
export const actionAnswerSchema = z
  .object({ success: z.literal(true), message: z.string() })
  .meta({ id: 'ActionAnswer' });

const responses = {
  200: { description: 'What happens now', content: { 'application/json': { schema: actionAnswerSchema } } },
  ...problemResponses(404, 409, 422),
};

const actionRoute = <Name extends string>(name: Name, summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/jobs/{id}/${name}`,
    tags: ['Actions'],
    summary,
    request: { params: jobParametersSchema, headers: idempotencyHeadersSchema },
    responses,
  });

const retryRoute = createRoute({
  method: 'post',
  path: '/api/jobs/{id}/retry',
  tags: ['Actions'],
  summary: 'Try the step that waits for attention again',
  request: {
    params: jobParametersSchema,
    headers: idempotencyHeadersSchema,
    body: {
      required: false,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              settings: z.record(z.string(), z.unknown()).default({}).meta({
                description:
                  'Settings to change first, as the kind of the job has them; those of a reel only while no part of it is made.',
              }),
            })
            .meta({ id: 'Retry' }),
        },
      },
    },
  },
  responses,
});

const redoRoute = createRoute({
  method: 'post',
  path: '/api/jobs/{id}/redo',
  tags: ['Actions'],
  summary: 'Do an ended job again from a stage on',
  description:
    'What comes before that stage is taken from what the job has found and kept, or else from the stage cache: the video need not be there any more, unless it is to be acquired anew or what was kept of it is too old. While a run fails, is cancelled or waits for somebody, the results of the last completed run are still there.',
  request: {
    params: jobParametersSchema,
    headers: idempotencyHeadersSchema,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({ from: stageNameSchema, settings: askedSettingsSchema.strict().default({}) })
            .meta({ id: 'Redo' }),
        },
      },
    },
  },
  responses: { ...responses, ...problemResponses(410) },
});

const changeRoute = createRoute({
  method: 'patch',
  path: '/api/jobs/{id}',
  tags: ['Actions'],
  summary: 'Change the turn, the route or the settings of a job under way',
  description: [
    'Holds from the next step on. What is done already is not done again: for that, `redo` the job. Settings are',
    "those of the job's kind; those of a reel change only while it waits for its turn, as its parts have to agree.",
    'Proposals have no route.',
  ].join('\n'),
  request: {
    params: jobParametersSchema,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: jobChangeSchema
            .strict()
            .extend({
              settings: jobChangeSchema.shape.settings.meta({
                description: 'Settings to change, as the kind of the job has them.',
              }),
            })
            .refine((change) => Object.keys(change).length > 0, { error: 'Say what to change.' })
            .meta({ id: 'JobChange' }),
        },
      },
    },
  },
  responses,
});

/** What a user can tell a job. */
export const jobActionRoutes = (dependencies: ApiDependencies) => {
  const { jobs } = dependencies;
  return [
    defineRoute(actionRoute('cancel', 'Cancel a job'), async (context) =>
      context.json(await cancelJob(jobs, context.req.valid('param').id), 200),
    ),
    defineRoute(actionRoute('pause', 'Let running steps finish and start no new ones'), async (context) =>
      context.json(await pauseJob(dependencies, context.req.valid('param').id), 200),
    ),
    defineRoute(actionRoute('resume', 'Go on with a paused job'), async (context) =>
      context.json(await resumeJob(dependencies, context.req.valid('param').id), 200),
    ),
    defineRoute(
      actionRoute('skip', 'Go on without the optional step that waits for attention'),
      async (context) => context.json(await skipStep(jobs, context.req.valid('param').id), 200),
    ),
    defineRoute(retryRoute, async (context) => {
      // An absent body is not validated, and stays absent in spite of its type.
      const body: { settings?: object } = context.req.valid('json');
      return context.json(await retryJob(jobs, context.req.valid('param').id, body.settings ?? {}), 200);
    }),
    defineRoute(changeRoute, async (context) => {
      const { id } = context.req.valid('param');
      return context.json(await changeJob(dependencies, id, context.req.valid('json')), 200);
    }),
    defineRoute(redoRoute, async (context) => {
      const answer = await redoJob(dependencies, context.req.valid('param').id, {
        ...context.req.valid('json'),
        operationId: operationIdOf(context),
      });
      return context.json(answer, 200);
    }),
  ] as const;
};
