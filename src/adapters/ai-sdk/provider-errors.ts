import { APICallError, LoadAPIKeyError } from 'ai';
import { ClipScribeError, type ErrorCode } from '../../domain/errors.ts';
import { foreignMessage } from '../../domain/foreign-message.ts';
import { secondsToWait } from '../../domain/retry-after.ts';

/** Overloaded (Anthropic's and others' code outside the standard). */
const OVERLOADED = 529;
/** A limit of the account, not of the minute: waiting does not help (OpenAI). */
const OUT_OF_CREDIT = /insufficient_quota|billing/i;

/**
 * Our error for a failed request to a provider. The cause is left out: it holds the whole request.
 */
export function errorOfProvider(error: unknown): ClipScribeError {
  if (LoadAPIKeyError.isInstance(error)) {
    return new ClipScribeError('ModelRejected', 'The language model wants a key.');
  }
  if (!APICallError.isInstance(error) || error.statusCode === undefined) {
    return new ClipScribeError('ModelUnavailable', 'The connection to the language model failed.');
  }
  const { statusCode, responseHeaders, responseBody = '' } = error;
  if (statusCode < 300) {
    return new ClipScribeError('ModelUnavailable', 'The language model sent an answer that cannot be read.');
  }
  const detail = foreignMessage(error.message);
  const retryAfterSeconds = askedToWait(responseHeaders ?? {});
  return new ClipScribeError(
    codeFor(statusCode, responseBody),
    `The language model answered ${statusCode}.${detail === '' ? '' : ` ${detail}`}`,
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  );
}

function codeFor(status: number, body: string): ErrorCode {
  if (status === 429) return OUT_OF_CREDIT.test(body) ? 'ModelRejected' : 'RateLimited';
  if (status === 404) return 'ModelUnknown';
  if (status === 408 || status === 409 || status === OVERLOADED || status >= 500) return 'ModelUnavailable';
  return 'ModelRejected';
}

/** `retry-after-ms` (OpenAI), or `retry-after`. */
function askedToWait(headers: Record<string, string>): number | undefined {
  const milliseconds = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds / 1000;
  return secondsToWait(headers['retry-after'], Date.now());
}
