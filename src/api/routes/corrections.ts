import { createRoute, z } from '@hono/zod-openapi';
import { describeChange } from '../../domain/correction-text.ts';
import { correctionConflictSchema } from '../../domain/corrections.ts';
import { speakerRequestSchema, textRequestSchema } from '../../domain/correction-requests.ts';
import { speakerSchema } from '../../domain/speakers.ts';
import { callerOf } from '../caller.ts';
import { correctionAnswerSchema } from '../corrections/answer-schema.ts';
import { correctJob, takeBack, type CorrectingJob } from '../corrections/correct-job.ts';
import { readCorrectable } from '../corrections/stored-corrections.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { operationIdOf } from '../idempotency.ts';
import { jobParametersSchema } from '../jobs/job-schemas.ts';
import { problemResponses } from '../problems.ts';
import { speakersWithSuggestions } from '../voices/stored-voices.ts';
import type { Context } from 'hono';

const tags = ['Corrections'];

const responses = {
  202: {
    description: 'The correction is kept, and the results are being written anew',
    content: { 'application/json': { schema: correctionAnswerSchema } },
  },
  ...problemResponses(404, 409, 422),
};

const DESCRIPTION =
  'Nothing is transcribed or listened to again. Corrections outlast `redo`, also with another model; those that no longer fit are listed as conflicts.';

const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
});

const speakersRoute = createRoute({
  method: 'patch',
  path: '/api/jobs/{id}/speakers',
  tags,
  summary: 'Rename, merge and reassign speakers',
  description: `A speaker is named by id (\`S1\`) or name. \`reassign\` to a name that nobody has makes a new speaker. ${DESCRIPTION}`,
  request: {
    params: jobParametersSchema,
    body: body(speakerRequestSchema.meta({ id: 'SpeakerCorrections' })),
  },
  responses,
});

const transcriptRoute = createRoute({
  method: 'patch',
  path: '/api/jobs/{id}/transcript',
  tags,
  summary: 'Correct what was said',
  description: `\`segments\` give a segment another text, or none; \`replace\` replaces whole words wherever they stand, in this spelling. ${DESCRIPTION}`,
  request: { params: jobParametersSchema, body: body(textRequestSchema.meta({ id: 'TextCorrections' })) },
  responses,
});

const speakerListRoute = createRoute({
  method: 'get',
  path: '/api/jobs/{id}/speakers',
  tags,
  summary: 'Who speaks, as corrected so far',
  description: '`suggestion` is the name of a voice that you have added and that sounds alike.',
  request: { params: jobParametersSchema },
  responses: {
    200: {
      description: 'The speakers, in order of their first words',
      content: {
        'application/json': {
          schema: z
            .object({ speakers: z.array(speakerSchema.meta({ id: 'Speaker' })) })
            .meta({ id: 'SpeakerList' }),
        },
      },
    },
    ...problemResponses(404, 409),
  },
});

const correctionListRoute = createRoute({
  method: 'get',
  path: '/api/jobs/{id}/corrections',
  tags,
  summary: 'List the corrections of a job, and which of them no longer fit',
  request: { params: jobParametersSchema },
  responses: {
    200: {
      description: 'The corrections, in the order in which they were made',
      content: {
        'application/json': {
          schema: z
            .object({
              revision: z.number().int(),
              corrections: z.array(
                z.object({
                  id: z.string(),
                  kind: z.string(),
                  madeAt: z.iso.datetime(),
                  description: z.string(),
                }),
              ),
              conflicts: z.array(correctionConflictSchema.meta({ id: 'CorrectionConflict' })),
            })
            .meta({ id: 'CorrectionList' }),
        },
      },
    },
    ...problemResponses(404, 409),
  },
});

const takeBackRoute = createRoute({
  method: 'delete',
  path: '/api/jobs/{id}/corrections/{correctionId}',
  tags,
  summary: 'Take a correction back',
  request: { params: jobParametersSchema.extend({ correctionId: z.string().max(50) }) },
  responses,
});

const correcting = (context: Context, jobId: string): CorrectingJob => ({
  userId: callerOf(context).userId,
  jobId,
  operationId: operationIdOf(context),
});

/** Corrections of people: who speaks, and what they say. */
export const correctionRoutes = (dependencies: ApiDependencies) => {
  const { store } = dependencies;
  return [
    defineRoute(speakersRoute, async (context) => {
      const job = correcting(context, context.req.valid('param').id);
      return context.json(await correctJob(dependencies, job, context.req.valid('json')), 202);
    }),
    defineRoute(transcriptRoute, async (context) => {
      const job = correcting(context, context.req.valid('param').id);
      return context.json(await correctJob(dependencies, job, context.req.valid('json')), 202);
    }),
    defineRoute(speakerListRoute, async (context) => {
      const { id } = context.req.valid('param');
      const speakers = await speakersWithSuggestions(store, callerOf(context).userId, id);
      return context.json({ speakers }, 200);
    }),
    defineRoute(correctionListRoute, async (context) => {
      const { id: jobId } = context.req.valid('param');
      const { corrections, outcome } = await readCorrectable(store, callerOf(context).userId, jobId);
      const listed = corrections.corrections.map(({ id, madeAt, change }) => ({
        ...{ id, madeAt },
        kind: change.kind,
        description: describeChange(change),
      }));
      return context.json(
        { revision: corrections.revision, corrections: listed, conflicts: outcome.conflicts },
        200,
      );
    }),
    defineRoute(takeBackRoute, async (context) => {
      const { id, correctionId } = context.req.valid('param');
      return context.json(await takeBack(dependencies, correcting(context, id), correctionId), 202);
    }),
  ] as const;
};
