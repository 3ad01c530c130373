import { createRoute, z } from '@hono/zod-openapi';
import { ClipScribeError } from '../../domain/errors.ts';
import type { CatalogueState } from '../../ports/job-catalogue.ts';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { operationIdOf } from '../idempotency.ts';
import { idempotencyHeadersSchema, jobSchema } from '../jobs/job-schemas.ts';
import { jobOf } from '../jobs/job-status.ts';
import { cursorSchema, lastOf, pageCursors, rowPositionSchema } from '../jobs/page-cursor.ts';
import { problemResponses } from '../problems.ts';
import { reelRequestSchema } from '../reels/reel-schemas.ts';
import { stitchReel } from '../reels/stitch-reel.ts';

const tags = ['Reels'];

const stitchRoute = createRoute({
  method: 'post',
  path: '/api/reels',
  tags,
  summary: 'Stitch clips into one video',
  description: [
    'A job, whose status, events, actions and result files are those of any job: `reel.mp4`, `reel.json`, and',
    'subtitles where clips come from jobs. A clip that cannot be used is left out, and the notices say why.',
  ].join('\n'),
  request: {
    headers: idempotencyHeadersSchema,
    body: { required: true, content: { 'application/json': { schema: reelRequestSchema } } },
  },
  responses: {
    202: {
      description: 'The reel was accepted',
      content: { 'application/json': { schema: jobSchema } },
      headers: z.object({ location: z.string().meta({ description: 'Address of the job' }) }),
    },
    ...problemResponses(403, 404, 409, 410, 422),
  },
});

const projectRoute = createRoute({
  method: 'get',
  path: '/api/projects/{id}/jobs',
  tags,
  summary: 'Jobs of a project',
  description: 'The newest first.',
  request: {
    params: z.object({ id: z.string().max(100).meta({ example: 'spring-campaign' }) }),
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: cursorSchema,
    }),
  },
  responses: {
    200: {
      description: 'A page of jobs',
      content: {
        'application/json': {
          schema: z
            .object({ jobs: z.array(jobSchema), nextCursor: z.string().nullable() })
            .meta({ id: 'ProjectJobPage' }),
        },
      },
    },
    ...problemResponses(404, 422),
  },
});

const ALL_STATES: readonly CatalogueState[] = ['accepted', 'started', 'completed', 'failed', 'cancelled'];

/** Reels, and what belongs to a project. */
export const reelRoutes = (dependencies: ApiDependencies) => {
  const { jobs, catalogue } = dependencies;
  return [
    defineRoute(stitchRoute, async (context) => {
      const job = await stitchReel(dependencies, {
        request: context.req.valid('json'),
        caller: callerOf(context),
        operationId: operationIdOf(context),
      });
      return context.json(jobOf(job), 202, { location: `/api/jobs/${job.id}` });
    }),
    defineRoute(projectRoute, async (context) => {
      const { id: projectId } = context.req.valid('param');
      const { limit, cursor } = context.req.valid('query');
      const cursors = pageCursors(['jobs of project', projectId], rowPositionSchema);
      const before = cursors.position(cursor);
      const filter = { userId: callerOf(context).userId, states: ALL_STATES, projectId };
      const rows = await catalogue.list(filter, { limit, before });
      // Of another user's project nobody learns that it exists.
      if (rows.length === 0 && before === undefined)
        throw new ClipScribeError('NotFound', 'There is no project of this name.');
      const nextCursor = cursors.after(lastOf(rows, limit));
      const records = await Promise.all(rows.map((row) => jobs.describe(row.id)));
      return context.json({ jobs: records.map(jobOf), nextCursor }, 200);
    }),
  ] as const;
};
