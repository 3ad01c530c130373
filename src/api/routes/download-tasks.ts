import { createRoute, z } from '@hono/zod-openapi';
import {
  downloadOutcomeSchema,
  downloadProgressSchema,
  downloadTaskSchema,
} from '../../domain/download-task.ts';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { endTask } from '../downloads/end-task.ts';
import { nextTask } from '../downloads/next-task.ts';
import { readTask } from '../downloads/task-token.ts';
import { problemResponses } from '../problems.ts';

const tags = ['Download workers'];

/** Of what a worker has found: a playlist may hold thousands of addresses. */
export const DOWNLOAD_OUTCOME_PATH = '/api/download-tasks/end';

const taskTokenSchema = z.string().max(4000);

const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true as const,
  content: { 'application/json': { schema } },
});

const nextRoute = createRoute({
  method: 'post',
  path: '/api/download-tasks/next',
  tags,
  summary: 'Wait for something to download',
  description:
    'For `clipscribe worker --role download` on a machine of the user: a piece of work of a job that was submitted with `options.download: "worker"`. The answer comes as soon as there is one, or after half a minute without.',
  request: {
    body: jsonBody(
      z
        .strictObject({
          worker: z
            .string()
            .regex(/^[\w.@-]{1,100}$/)
            .meta({ description: 'Names the worker in the Temporal UI.', example: '4711@laptop' }),
        })
        .meta({ id: 'DownloadWorker' }),
    ),
  },
  responses: {
    200: {
      description: 'The task; it is to be heartbeat within 30 s',
      content: { 'application/json': { schema: downloadTaskSchema.meta({ id: 'DownloadTask' }) } },
    },
    204: { description: 'There was nothing to do; ask again' },
    ...problemResponses(422),
  },
});

const heartbeatRoute = createRoute({
  method: 'post',
  path: '/api/download-tasks/heartbeat',
  tags,
  summary: 'Tell that a download goes on',
  description: 'Every few seconds; after 30 s of silence the task is given to the next worker that asks.',
  request: {
    body: jsonBody(
      z
        .strictObject({ taskToken: taskTokenSchema, progress: downloadProgressSchema.nullable() })
        .meta({ id: 'DownloadHeartbeat' }),
    ),
  },
  responses: {
    200: {
      description: 'Whether to go on',
      content: {
        'application/json': {
          schema: z
            .object({
              cancelled: z.boolean().meta({ description: 'Stop, and end the task as `cancelled`.' }),
            })
            .meta({ id: 'DownloadHeartbeatAnswer' }),
        },
      },
    },
    ...problemResponses(404, 422),
  },
});

const endRoute = createRoute({
  method: 'post',
  path: DOWNLOAD_OUTCOME_PATH,
  tags,
  summary: 'End a download task',
  description: 'Sound is sent before, by `POST /api/uploads`.',
  request: {
    body: jsonBody(
      z
        .strictObject({ taskToken: taskTokenSchema, result: downloadOutcomeSchema })
        .meta({ id: 'DownloadTaskEnd' }),
    ),
  },
  responses: { 204: { description: 'The job goes on' }, ...problemResponses(404, 422) },
});

/** What download workers on machines of users ask (B2). */
export const downloadTaskRoutes = ({ downloads, store, unusedUploads, limits, uploads }: ApiDependencies) =>
  [
    defineRoute(nextRoute, async (context) => {
      const { userId } = callerOf(context);
      const { worker } = context.req.valid('json');
      const { signal } = context.req.raw;
      const task = await nextTask(
        { downloads, store },
        {
          userId,
          worker,
          signal,
          signingKey: await uploads.signingKey(),
        },
      );
      return task === undefined ? context.body(null, 204) : context.json(task, 200);
    }),
    defineRoute(heartbeatRoute, async (context) => {
      const { taskToken, progress } = context.req.valid('json');
      const task = await readTask(taskToken, callerOf(context).userId, await uploads.signingKey());
      const { cancelled } = await downloads.heartbeat(Buffer.from(task.temporal, 'base64'), progress);
      return context.json({ cancelled }, 200);
    }),
    defineRoute(endRoute, async (context) => {
      const { taskToken, result } = context.req.valid('json');
      const task = await readTask(taskToken, callerOf(context).userId, await uploads.signingKey());
      await endTask({ downloads, store, unusedUploads, limits }, task, result);
      return context.body(null, 204);
    }),
  ] as const;
