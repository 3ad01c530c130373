import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z, type Hook } from '@hono/zod-openapi';
import { ClipScribeError, ERRORS, isErrorCode, type ErrorCode } from '../domain/errors.ts';
import { isOpenAiPath, openAiError, openAiErrorSchema, shouldRetry } from './openai-errors.ts';

/** RFC 9457 problem details. `code` is one of `ERRORS`; clients decide by it, never by the text. */
export const problemSchema = z
  .object({
    type: z.string().meta({ example: 'urn:clipscribe:problem:JobNotFound' }),
    title: z.string(),
    status: z.number().int(),
    /** One sentence about this very case. */
    detail: z.string(),
    code: z.string().meta({ example: 'JobNotFound' }),
    /** What to do next. */
    fix: z.string(),
    retryAfterSeconds: z.number().optional(),
    /** The job that stands in the way. */
    jobId: z.string().optional(),
    /** Where validation failed: a JSON pointer into the request, and why. */
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

const PROBLEM_DESCRIPTIONS = {
  401: 'The request needs a valid token',
  403: 'The token may not do this',
  404: 'Unknown job or address',
  409: 'The state of the job does not allow this, or a request with this Idempotency-Key is being answered',
  410: 'The whole link of the job is no longer kept',
  413: 'Larger than the limit',
  422: 'The input is not valid, or the Idempotency-Key came with another request before',
  429: 'A quota is used up, or requests come too fast; try again after `retryAfterSeconds`',
  503: 'Temporal or the database cannot be reached, or all work is stopped; try again after `retryAfterSeconds`',
} as const;

type ProblemStatus = keyof typeof PROBLEM_DESCRIPTIONS;

const PROBLEM_CONTENT = { 'application/problem+json': { schema: problemSchema } };
const OPENAI_CONTENT = { 'application/json': { schema: openAiErrorSchema } };

const describe = (statuses: readonly ProblemStatus[], content: object = PROBLEM_CONTENT) =>
  Object.fromEntries(
    [...new Set(statuses)].map((status) => [status, { description: PROBLEM_DESCRIPTIONS[status], content }]),
    // The index type keeps problems out of the routes' answer types: handlers throw, they never return them.
  ) as Record<never, never>;

/**
 * The problems that a route may answer with, for its OpenAPI description. Every route that asks who is there may
 * answer 401, 429 and 503 besides, and one that reads an input 413.
 */
export const problemResponses = (...statuses: ProblemStatus[]) =>
  describe([401, ...statuses, ...(statuses.includes(422) ? [413 as const] : []), 429, 503]);

/** The same for routes that answer as OpenAI does. A job may fail with the status of any code. */
export const openAiErrorResponses = (...statuses: ProblemStatus[]) => ({
  ...describe([401, ...statuses, 429, 503], OPENAI_CONTENT),
  ...({ default: { description: 'Why there is no result', content: OPENAI_CONTENT } } as Record<
    never,
    never
  >),
});

/** For routes that ask nobody who they are. */
export const openProblemResponses = () => describe([503]);

/** How long a client should wait where the cause passes by itself. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;

const PASSING: ReadonlySet<ErrorCode> = new Set([
  'ServiceUnavailable',
  'StorageUnavailable',
  'DatabaseUnavailable',
]);

/** A problem document for an error code. */
export function createProblem(
  code: ErrorCode,
  detail: string,
  extra: Partial<Pick<Problem, 'status' | 'retryAfterSeconds' | 'jobId' | 'errors'>> = {},
): Problem {
  const { httpStatus, title, fix } = ERRORS[code];
  return { type: `urn:clipscribe:problem:${code}`, title, status: httpStatus, detail, code, fix, ...extra };
}

/**
 * Sends a problem with its media type, and `Retry-After` where it says when to come back. Paths of OpenAI's API get
 * it in OpenAI's shape.
 */
export function sendProblem(context: Context, problem: Problem): Response {
  const asOpenAi = isOpenAiPath(context.req.path);
  const headers: Record<string, string> = {
    'content-type': asOpenAi ? 'application/json' : 'application/problem+json',
    ...(asOpenAi ? { 'x-should-retry': String(shouldRetry(problem)) } : {}),
  };
  if (problem.retryAfterSeconds !== undefined) headers['retry-after'] = String(problem.retryAfterSeconds);
  // RFC 6750: how to come in.
  if (problem.status === 401) headers['www-authenticate'] = 'Bearer realm="clipscribe"';
  const body = JSON.stringify(asOpenAi ? openAiError(problem) : problem);
  return context.newResponse(body, problem.status as ContentfulStatusCode, headers);
}

/** Takes an error that is no answer of ours, with the request that met it where there is one. */
export type ReportUnexpected = (error: Error, request?: { requestId: string }) => void;

/** Thrown errors become answers. */
export const onError =
  (reportUnexpected: ReportUnexpected): ErrorHandler =>
  (error, context) => {
    const requestId = context.get('requestId') as string;
    return sendProblem(
      context,
      problemOf(error, (unexpected) => reportUnexpected(unexpected, { requestId })),
    );
  };

/** The one place that tells what was thrown. What is not ours is logged, and told to nobody. */
export function problemOf(error: unknown, reportUnexpected: (error: Error) => void): Problem {
  if (ClipScribeError.is(error)) return ownProblem(error);
  if (error instanceof HTTPException && error.status < 500)
    return createProblem('InvalidInput', error.message || 'The request is malformed.');
  reportUnexpected(error instanceof Error ? error : new Error(String(error)));
  return createProblem('InternalError', `${ERRORS.InternalError.title}.`);
}

function ownProblem(error: ClipScribeError): Problem {
  const passing = PASSING.has(error.code);
  const retryAfterSeconds = error.retryAfterSeconds ?? (passing ? DEFAULT_RETRY_AFTER_SECONDS : undefined);
  return createProblem(error.code, error.message, {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(error.jobId === undefined ? {} : { jobId: error.jobId }),
  });
}

/**
 * The one hook for requests that do not fit a route's schema. A schema's issue may name an error code of ours
 * in `params.code`, for inputs that deserve a better answer than "not valid".
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the signature that zod-openapi asks for
export const defaultHook: Hook<any, any, any, any> = (result, context) => {
  if (result.success) return;
  const issues = result.error.issues;
  const errors = issues.map((issue) => ({
    pointer: `/${issue.path.map(String).join('/')}`,
    detail: issue.message,
  }));
  const named = issues
    .map((issue) => ('params' in issue ? issue.params?.['code'] : undefined))
    .find(isErrorCode);
  const detail = issues
    .map((issue) =>
      issue.path.length === 0 ? issue.message : `${issue.path.map(String).join('.')}: ${issue.message}`,
    )
    .join('; ');
  // Nothing has an id or a name that none can have.
  const code = named ?? (result.target === 'param' ? 'NotFound' : 'InvalidInput');
  return sendProblem(context, createProblem(code, detail, { errors }));
};
