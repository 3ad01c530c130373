import { createRoute, z } from '@hono/zod-openapi';
import type { JobPolicy } from '../../contracts/video-intelligence.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { openAiErrorResponses } from '../problems.ts';
import { MODEL_ALIASES } from '../transcriptions/transcription-request.ts';

const tags = ['OpenAI'];

const modelSchema = z
  .object({
    id: z.string().meta({ example: 'whisper-1' }),
    object: z.literal('model'),
    created: z.number().int().meta({ description: 'Not known: always 0.' }),
    owned_by: z.string(),
  })
  .meta({ id: 'Model' });

const listModelsRoute = createRoute({
  method: 'get',
  path: '/v1/models',
  tags,
  summary: 'List models, as OpenAI does',
  description:
    "The installation's own, and OpenAI's names that stand for its choice. Workers may have others.",
  responses: {
    200: {
      description: 'The models',
      content: {
        'application/json': {
          schema: z
            .object({ object: z.literal('list'), data: z.array(modelSchema) })
            .meta({ id: 'ModelList' }),
        },
      },
    },
    ...openAiErrorResponses(),
  },
});

const getModelRoute = createRoute({
  method: 'get',
  path: '/v1/models/{model}',
  tags,
  summary: 'One model, as OpenAI does',
  request: { params: z.object({ model: z.string().max(200) }) },
  responses: {
    200: { description: 'The model', content: { 'application/json': { schema: modelSchema } } },
    ...openAiErrorResponses(404),
  },
});

/** `/v1/models`. */
export const modelRoutes = ({ policy }: ApiDependencies) =>
  [
    defineRoute(listModelsRoute, (context) =>
      context.json({ object: 'list' as const, data: modelsOf(policy).map(modelOf) }, 200),
    ),
    defineRoute(getModelRoute, (context) => {
      const { model } = context.req.valid('param');
      if (!modelsOf(policy).includes(model))
        throw new ClipScribeError('NotFound', 'There is no model of this name in the list.');
      return context.json(modelOf(model), 200);
    }),
  ] as const;

const modelsOf = ({ defaultModel, highValueModel }: JobPolicy): string[] => [
  ...new Set([defaultModel, highValueModel, ...MODEL_ALIASES]),
];

const modelOf = (id: string): z.infer<typeof modelSchema> => ({
  ...{ id, object: 'model', created: 0, owned_by: 'clipscribe' },
});
