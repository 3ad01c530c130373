import { createRoute, z } from '@hono/zod-openapi';
import { callerOf } from '../caller.ts';
import { correctionAnswerSchema } from '../corrections/answer-schema.ts';
import { IMPORT_FORMATS, IMPORT_PARTS, importFile, takeImportBack } from '../corrections/import-file.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { operationIdOf } from '../idempotency.ts';
import { jobParametersSchema } from '../jobs/job-schemas.ts';
import { problemResponses } from '../problems.ts';

const tags = ['Corrections'];

/** Where files are imported: they are larger than other requests. */
export const IMPORTS_PATH = '/api/jobs/:id/imports/*';

const responses = {
  202: {
    description: 'It is kept, and the results are being written anew',
    content: { 'application/json': { schema: correctionAnswerSchema } },
  },
  ...problemResponses(404, 409, 413, 422),
};

const importRoute = createRoute({
  method: 'put',
  path: '/api/jobs/{id}/imports/{format}',
  tags,
  summary: 'Put a subtitle or speaker file in place of what was found',
  description:
    'The body is the file itself, in UTF-8: SRT or WebVTT replaces the words, and the speakers where it names them; RTTM replaces the speakers. Everything else is written anew. Corrections are carried out on what was imported.',
  request: {
    params: jobParametersSchema.extend({ format: z.enum(IMPORT_FORMATS) }),
    body: { required: true, content: { 'text/plain': { schema: z.string() } } },
  },
  responses,
});

const takeBackRoute = createRoute({
  method: 'delete',
  path: '/api/jobs/{id}/imports/{part}',
  tags,
  summary: 'Go back to the words or speakers that the models found',
  request: { params: jobParametersSchema.extend({ part: z.enum(IMPORT_PARTS) }) },
  responses,
});

/** Files that replace what the models found. */
export const importRoutes = (dependencies: ApiDependencies) =>
  [
    defineRoute(importRoute, async (context) => {
      const { id: jobId, format } = context.req.valid('param');
      const job = { userId: callerOf(context).userId, jobId, operationId: operationIdOf(context) };
      return context.json(await importFile(dependencies, job, format, await context.req.text()), 202);
    }),
    defineRoute(takeBackRoute, async (context) => {
      const { id: jobId, part } = context.req.valid('param');
      const job = { userId: callerOf(context).userId, jobId, operationId: operationIdOf(context) };
      return context.json(await takeImportBack(dependencies, job, part), 202);
    }),
  ] as const;
