import { createRoute, z } from '@hono/zod-openapi';
import { notModified } from '../conditional.ts';
import { defineRoute } from '../define-route.ts';
import { jobStateSchema } from '../../domain/job.ts';
import { callerOf } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { operationIdOf } from '../idempotency.ts';
import {
  idempotencyHeadersSchema,
  jobParametersSchema,
  jobSchema,
  jobStatusSchema,
  stopSchema,
  submissionSchema,
} from '../jobs/job-schemas.ts';
import { jobOf, readJobStatus } from '../jobs/job-status.ts';
import { ownJobOf } from '../jobs/own-jobs-only.ts';
import { submitJob } from '../jobs/submit-job.ts';
import { cursorSchema } from '../jobs/page-cursor.ts';
import { problemResponses } from '../problems.ts';

const tags = ['Jobs'];
const jobContent = { 'application/json': { schema: jobSchema } };

const submitRoute = createRoute({
  method: 'post',
  path: '/api/jobs',
  tags,
  summary: 'Submit a video',
  request: {
    headers: idempotencyHeadersSchema,
    body: { required: true, content: { 'application/json': { schema: submissionSchema } } },
  },
  responses: {
    200: { description: 'With `attach`: the job that already does this', content: jobContent },
    202: {
      description: 'The job was accepted',
      content: jobContent,
      headers: z.object({ location: z.string().meta({ description: 'Address of the job' }) }),
    },
    ...problemResponses(404, 409, 422),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/api/jobs',
  tags,
  summary: 'List jobs',
  description: 'Jobs that run come first, then those that ended, the newest first.',
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: cursorSchema,
      status: jobStateSchema.optional(),
    }),
  },
  responses: {
    200: {
      description: 'A page of jobs',
      content: {
        'application/json': {
          schema: z
            .object({ jobs: z.array(jobSchema), nextCursor: z.string().nullable(), stop: stopSchema })
            .meta({ id: 'JobPage' }),
        },
      },
    },
    ...problemResponses(422),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/api/jobs/{id}',
  tags,
  summary: 'One job',
  request: { params: jobParametersSchema },
  responses: {
    200: { description: 'The job', content: jobContent },
    ...notModified,
    ...problemResponses(404),
  },
});

const statusRoute = createRoute({
  method: 'get',
  path: '/api/jobs/{id}/status',
  tags,
  summary: 'How far a job is',
  request: { params: jobParametersSchema },
  responses: {
    200: { description: 'The status', content: { 'application/json': { schema: jobStatusSchema } } },
    ...notModified,
    ...problemResponses(404),
  },
});

/** Submitting jobs and reading about them. */
export const jobRoutes = (dependencies: ApiDependencies) => {
  const { jobs, policy, allowLocalFiles } = dependencies;
  return [
    defineRoute(submitRoute, async (context) => {
      const { job, attached } = await submitJob(dependencies, {
        submission: context.req.valid('json'),
        caller: callerOf(context),
        operationId: operationIdOf(context),
        policy,
        allowLocalFiles,
      });
      if (attached) return context.json(jobOf(job), 200);
      return context.json(jobOf(job), 202, { location: `/api/jobs/${job.id}` });
    }),
    defineRoute(listRoute, async (context) => {
      const { limit, cursor, status } = context.req.valid('query');
      const page = await jobs.list({ userId: callerOf(context).userId, status }, { limit, cursor });
      const { nextCursor } = page;
      return context.json({ jobs: page.jobs.map(jobOf), nextCursor, stop: await jobs.stop() }, 200);
    }),
    defineRoute(getRoute, async (context) =>
      context.json(jobOf(await jobs.describe(context.req.valid('param').id)), 200),
    ),
    defineRoute(statusRoute, async (context) =>
      context.json(await readJobStatus(jobs, context.req.valid('param').id, ownJobOf(context)), 200),
    ),
  ] as const;
};
