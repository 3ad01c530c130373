import { z } from '@hono/zod-openapi';
import { ERRORS, isErrorCode } from '../domain/errors.ts';

/** The shape in which OpenAI's clients read errors; `code` is one of `ERRORS`. */
export const openAiErrorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().meta({ example: 'QuotaExceeded' }),
    }),
  })
  .meta({ id: 'OpenAiError' });

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};

/** Whether a path is answered as OpenAI's API answers. */
export const isOpenAiPath = (path: string): boolean => path.startsWith('/v1/');

/** What is used of a problem document. */
interface Told {
  status: number;
  code: string;
  detail: string;
  fix: string;
  errors?: { pointer: string }[] | undefined;
}

/** A problem in OpenAI's shape. */
export const openAiError = ({
  status,
  code,
  detail,
  fix,
  errors,
}: Told): z.infer<typeof openAiErrorSchema> => ({
  error: {
    message: `${detail} ${fix}`,
    type:
      code === 'QuotaExceeded'
        ? 'insufficient_quota'
        : (TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error')),
    param: errors?.[0]?.pointer.slice(1) ?? null,
    code,
  },
});

/** OpenAI's clients send a request again by its status alone, unless this says that it would not help. */
export const shouldRetry = ({ code }: Pick<Told, 'code'>): boolean =>
  isErrorCode(code) && ERRORS[code].retry === 'automatic';
