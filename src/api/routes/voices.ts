import { createRoute, z } from '@hono/zod-openapi';
import { ClipScribeError } from '../../domain/errors.ts';
import type { KnownVoice } from '../../domain/known-voices.ts';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyHeadersSchema } from '../jobs/job-schemas.ts';
import { problemResponses } from '../problems.ts';
import { addVoice, deleteVoice, listVoices } from '../voices/stored-voices.ts';

const tags = ['Voices'];

const voiceSchema = z
  .object({
    id: z.string().meta({ example: 'voice_01jd3m0p4ye6v8xz2q5r7t9abc' }),
    name: z.string(),
    samples: z.array(
      z.object({ jobId: z.string(), seconds: z.number(), addedAt: z.iso.datetime(), model: z.string() }),
    ),
  })
  .meta({ id: 'Voice' });

const content = { 'application/json': { schema: voiceSchema } };

const addRoute = createRoute({
  method: 'post',
  path: '/api/voices',
  tags,
  summary: 'Have a speaker known again in later jobs',
  description:
    "Keeps an embedding of the speaker's voice, which is biometric data: ask them first. Later jobs of yours, and of nobody else, suggest the name for voices that are alike; nobody is renamed. A name that you have added before gets one more sample.",
  request: {
    headers: idempotencyHeadersSchema,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              name: z.string().min(1).max(100),
              jobId: z.string().max(100),
              speaker: z.string().min(1).max(100).meta({ description: 'Id or name.', example: 'S1' }),
            })
            .meta({ id: 'NewVoice' }),
        },
      },
    },
  },
  responses: { 201: { description: 'The voice', content }, ...problemResponses(404, 409, 422) },
});

const listRoute = createRoute({
  method: 'get',
  path: '/api/voices',
  tags,
  summary: 'List the voices that you have added',
  responses: {
    200: {
      description: 'The voices, the oldest first',
      content: {
        'application/json': { schema: z.object({ voices: z.array(voiceSchema) }).meta({ id: 'VoiceList' }) },
      },
    },
    ...problemResponses(),
  },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/api/voices/{id}',
  tags,
  summary: 'Forget a voice, by id or name',
  request: { params: z.object({ id: z.string().min(1).max(100) }) },
  responses: { 200: { description: 'What is forgotten', content }, ...problemResponses(404) },
});

/** How people sound stays with us. */
const shown = ({ id, name, samples }: KnownVoice): z.infer<typeof voiceSchema> => ({
  ...{ id, name },
  samples: samples.map(({ jobId, seconds, addedAt, model }) => ({ jobId, seconds, addedAt, model })),
});

/** Voices known across the jobs of a user. */
export const voiceRoutes = ({ store, catalogue }: ApiDependencies) =>
  [
    defineRoute(addRoute, async (context) => {
      const { userId } = callerOf(context);
      const request = context.req.valid('json');
      const job = await catalogue.find(request.jobId);
      if (job?.userId !== userId) throw new ClipScribeError('JobNotFound', 'There is no job with this id.');
      return context.json(shown(await addVoice(store, userId, request)), 201);
    }),
    defineRoute(listRoute, async (context) => {
      const voices = await listVoices(store, callerOf(context).userId);
      return context.json({ voices: voices.map(shown) }, 200);
    }),
    defineRoute(deleteRoute, async (context) => {
      const { id } = context.req.valid('param');
      return context.json(shown(await deleteVoice(store, callerOf(context).userId, id)), 200);
    }),
  ] as const;
