import { createRoute, z } from '@hono/zod-openapi';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyHeadersSchema, jobParametersSchema } from '../jobs/job-schemas.ts';
import { problemResponses } from '../problems.ts';

const MAXIMUM_WORDS = 4000;

const ratingSchema = z.number().int().min(1).max(5).meta({ description: 'From 1 to 5, 5 the best.' });

const givenSchema = z
  .strictObject({
    rating: ratingSchema,
    words: z.string().trim().max(MAXIMUM_WORDS).default('').meta({ description: 'Read by administrators.' }),
  })
  .meta({ id: 'NewFeedback' });

export const feedbackSchema = z
  .object({ jobId: z.string(), rating: ratingSchema, words: z.string(), at: z.iso.datetime() })
  .meta({ id: 'Feedback' });

const feedbackRoute = createRoute({
  method: 'post',
  path: '/api/jobs/{id}/feedback',
  tags: ['Jobs'],
  summary: 'Say what the result of a job is worth',
  description: 'Given again, it takes the place of what was given before.',
  request: {
    params: jobParametersSchema,
    headers: idempotencyHeadersSchema,
    body: { required: true, content: { 'application/json': { schema: givenSchema } } },
  },
  responses: {
    200: { description: 'It is kept', content: { 'application/json': { schema: feedbackSchema } } },
    ...problemResponses(404, 422),
  },
});

/** Feedback of users on their jobs (H7). */
export const feedbackRoutes = ({ feedback }: ApiDependencies) =>
  [
    defineRoute(feedbackRoute, async (context) => {
      const { id: jobId } = context.req.valid('param');
      const { userId } = callerOf(context);
      const { rating, words, at } = await feedback.give({ jobId, userId, ...context.req.valid('json') });
      return context.json({ jobId, rating, words, at: at.toISOString() }, 200);
    }),
  ] as const;
