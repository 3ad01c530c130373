import { createRoute, z } from '@hono/zod-openapi';
import { DEFAULT_PRIORITY } from '../../domain/priority.ts';
import { proposalSettingsSchema } from '../../domain/proposal.ts';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { operationIdOf } from '../idempotency.ts';
import { acceptJob, checkTranscribed } from '../jobs/accept-job.ts';
import { idempotencyHeadersSchema, jobSchema } from '../jobs/job-schemas.ts';
import { jobOf } from '../jobs/job-status.ts';
import { problemResponses } from '../problems.ts';

const { lengthSeconds, count, model } = proposalSettingsSchema.shape;

const proposalRequestSchema = z
  .strictObject({
    jobId: z.string().max(100).meta({
      description: 'A completed job, whose transcript is read.',
      example: 'job_01jd3m0p4ye6v8xz2q5r7t9abc',
    }),
    lengthSeconds: lengthSeconds.meta({ description: 'All moments together are no longer.' }),
    count: count.meta({ description: 'The most moments; found from the length where absent.' }),
    model: model.meta({
      description:
        "What chooses: the installation's language model by its name, or `local`, the local score, which is free and the default.",
      example: 'google/gemini-2.5-flash',
    }),
    priority: z.number().int().min(1).max(10).default(DEFAULT_PRIORITY).meta({
      description: 'From 1 to 10, 10 the most urgent.',
    }),
  })
  .meta({ id: 'ProposalRequest' });

const proposeRoute = createRoute({
  method: 'post',
  path: '/api/reels/proposals',
  tags: ['Reels'],
  summary: 'Propose the moments of a video for a reel',
  description: 'A job, whose status, actions and result `proposal.json` are those of any job.',
  request: {
    headers: idempotencyHeadersSchema,
    body: { required: true, content: { 'application/json': { schema: proposalRequestSchema } } },
  },
  responses: {
    202: {
      description: 'The proposal was accepted',
      content: { 'application/json': { schema: jobSchema } },
      headers: z.object({ location: z.string().meta({ description: 'Address of the job' }) }),
    },
    ...problemResponses(404, 409, 422),
  },
});

/** Reels that ClipScribe proposes (R10). */
export const reelProposalRoutes = (dependencies: ApiDependencies) =>
  [
    defineRoute(proposeRoute, async (context) => {
      const { jobId, priority, ...settings } = context.req.valid('json');
      const caller = callerOf(context);
      await checkTranscribed(dependencies, caller.userId, jobId);
      const job = await acceptJob(dependencies, {
        ...{ kind: 'reelPropose', prefix: 'reel', caller, operationId: operationIdOf(context) },
        ...{ source: jobId, settings, priority, input: { sourceJobId: jobId } },
        // The video counted when it was transcribed.
        takesVideo: false,
      });
      return context.json(jobOf(job), 202, { location: `/api/jobs/${job.id}` });
    }),
  ] as const;
