import { z } from 'zod';
import { ClipScribeError, type ErrorCode } from '../../domain/errors.ts';
import { foreignMessage } from '../../domain/foreign-message.ts';
import { secondsToWait } from '../../domain/retry-after.ts';

/** OpenAI's error document; servers differ in the rest. */
const errorDocumentSchema = z.object({
  error: z.object({ message: z.string().catch(''), code: z.string().nullish().catch(null) }),
});

/** Codes of our own server that say more than the status does. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ModelUnknown: 'ModelUnknown',
  model_not_found: 'ModelUnknown',
  ModelCrashed: 'ModelUnavailable',
  CorruptMedia: 'CorruptMedia',
  NoAudio: 'CorruptMedia',
  EmptyFile: 'CorruptMedia',
  InvalidInput: 'ModelRejected',
};

/** The error for an answer that is not 2xx. */
export function errorForResponse(
  status: number,
  headers: { get: (name: string) => string | null },
  body: string,
): ClipScribeError {
  const { message, code } = readErrorDocument(body);
  const detail = message === '' ? '' : ` ${message}`;
  const errorCode = CODES[code] ?? codeForStatus(status);
  const retryAfterSeconds = secondsToWait(headers.get('retry-after'), Date.now());
  return new ClipScribeError(errorCode, `The model server answered ${status}.${detail}`, {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** The error that a streamed answer ends with. */
export function errorForEvent(data: unknown): ClipScribeError {
  const { message, code } = parseErrorDocument(data);
  return new ClipScribeError(CODES[code] ?? 'ModelUnavailable', `The model server failed. ${message}`.trim());
}

function codeForStatus(status: number): ErrorCode {
  if (status === 429) return 'RateLimited';
  if (status === 404) return 'ModelUnknown';
  return status >= 500 || status === 408 ? 'ModelUnavailable' : 'ModelRejected';
}

function readErrorDocument(body: string): { message: string; code: string } {
  try {
    return parseErrorDocument(JSON.parse(body));
  } catch {
    return { message: '', code: '' };
  }
}

function parseErrorDocument(document: unknown): { message: string; code: string } {
  const parsed = errorDocumentSchema.safeParse(document);
  if (!parsed.success) return { message: '', code: '' };
  const { message, code } = parsed.data.error;
  return { message: foreignMessage(message), code: code ?? '' };
}
