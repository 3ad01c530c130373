import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { ClipScribeError } from '../../domain/errors.ts';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { operationIdOf } from '../idempotency.ts';
import { defaultHook, openAiErrorResponses } from '../problems.ts';
import { untilCompleted } from '../transcriptions/await-job.ts';
import { findTranscription, type Transcription } from '../transcriptions/find-transcription.ts';
import { receiveForm, type ReceivedFile } from '../transcriptions/receive-form.ts';
import { streamTranscription } from '../transcriptions/stream-transcription.ts';
import { jobForFile } from '../transcriptions/transcribe-file.ts';
import {
  diarizedAnswer,
  diarizedAnswerSchema,
  plainAnswer,
  plainAnswerSchema,
  textOf,
  verboseAnswer,
  verboseAnswerSchema,
} from '../transcriptions/transcription-answer.ts';
import {
  fieldsOf,
  formSchema,
  MODEL_ALIASES,
  transcriptionFieldsSchema,
  type TranscriptionFields,
} from '../transcriptions/transcription-request.ts';

export const TRANSCRIPTIONS_PATH = '/v1/audio/transcriptions';

/** The header that names the job of a transcription. */
const JOB_HEADER = 'clipscribe-job';
/** What nginx calls a client that has gone; nobody reads it. */
const CLIENT_GONE = 499;

const tags = ['OpenAI'];

const transcribeRoute = createRoute({
  method: 'post',
  path: TRANSCRIPTIONS_PATH,
  tags,
  summary: 'Transcribe a file, as OpenAI does',
  description: [
    "For programs that speak OpenAI's API: its clients work with this address as `baseURL` and a token as key.",
    'The file becomes a job like any other, which the answer waits for; the header `clipscribe-job` names it.',
    'A client that gives up early loses nothing: the same file with the same fields comes to the same job.',
    'With `stream=true` the text comes as server-sent events while it comes into being: `transcript.text.delta`, with',
    '`diarized_json` `transcript.text.segment` at the end, `transcript.text.done`; or `error`.',
    "Errors have OpenAI's shape, with our codes.",
  ].join('\n'),
  request: {
    headers: z.object({ 'idempotency-key': z.string().min(1).max(255).optional() }),
    body: { required: true, content: { 'multipart/form-data': { schema: formSchema() } } },
  },
  responses: {
    200: {
      description: 'The transcript, by `response_format`',
      content: {
        'application/json': {
          schema: z.union([plainAnswerSchema, verboseAnswerSchema, diarizedAnswerSchema]),
        },
        'text/plain': { schema: z.string() },
        'application/x-subrip': { schema: z.string() },
        'text/vtt': { schema: z.string() },
        'text/event-stream': { schema: z.string() },
      },
    },
    ...openAiErrorResponses(404, 409, 413, 422),
  },
});

/** `POST /v1/audio/transcriptions`. */
export const transcriptionRoutes = (dependencies: ApiDependencies) =>
  [
    defineRoute(transcribeRoute, async (context) => {
      const { scratchFolder, maximumBytes } = dependencies.uploads;
      const form = await receiveForm(context.req.raw, { folder: scratchFolder, maximumBytes });
      await using file = form.file;
      const fields = transcriptionFieldsSchema.safeParse(fieldsOf(form.fields));
      if (!fields.success) return defaultHook({ ...fields, target: 'form' }, context) as Response;
      await checkKey(dependencies, context, file, fields.data);
      return await transcribe(dependencies, context, file, fields.data);
    }),
  ] as const;

async function transcribe(
  dependencies: ApiDependencies,
  context: Context,
  file: ReceivedFile,
  fields: TranscriptionFields,
): Promise<Response> {
  const caller = callerOf(context);
  const { language, model } = fields;
  const jobId = await jobForFile(dependencies, {
    ...{ file, caller, operationId: operationIdOf(context) },
    settings: {
      ...(language === undefined ? {} : { language }),
      ...(MODEL_ALIASES.includes(model) ? {} : { model }),
    },
  });
  // The file is with the job: it need not lie here for hours.
  await file[Symbol.asyncDispose]();
  context.header(JOB_HEADER, jobId);
  const job = { jobId, userId: caller.userId };
  if (fields.stream === 'true')
    return streamTranscription(dependencies, context, { ...job, format: fields.response_format });
  if (!(await untilCompleted(dependencies, jobId, context.req.raw.signal)))
    return new Response(null, { status: CLIENT_GONE });
  return answerOf(context, fields, await findTranscription(dependencies, job));
}

/** The same key with another file or other fields is a mistake; the same request comes to the same job anyway. */
async function checkKey(
  { idempotency }: ApiDependencies,
  context: Context,
  { sha256 }: ReceivedFile,
  fields: TranscriptionFields,
): Promise<void> {
  const key = context.req.header('idempotency-key');
  if (key === undefined) return;
  const state = await idempotency.take(callerOf(context).userId, key, JSON.stringify({ sha256, fields }));
  if (state.kind === 'other-request')
    throw new ClipScribeError('InvalidInput', 'This Idempotency-Key was used before with another request.');
}

async function answerOf(
  context: Context,
  fields: TranscriptionFields,
  { read, transcript }: Transcription,
): Promise<Response> {
  const send = (text: string, contentType: string): Response =>
    context.body(text, 200, { 'content-type': `${contentType}; charset=utf-8` });
  switch (fields.response_format) {
    case 'json':
      return context.json(plainAnswer(await transcript()));
    case 'verbose_json':
      return context.json(verboseAnswer(await transcript(), fields.timestamp_granularities));
    case 'diarized_json':
      return context.json(diarizedAnswer(await transcript()));
    case 'text':
      return send(`${textOf(await transcript())}\n`, 'text/plain');
    case 'srt':
      return send(await read('transcript.srt'), 'application/x-subrip');
    case 'vtt':
      return send(await read('transcript.vtt'), 'text/vtt');
  }
}
