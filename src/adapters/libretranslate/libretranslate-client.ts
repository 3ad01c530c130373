import { z } from 'zod';
import { ClipScribeError, type ErrorCode } from '../../domain/errors.ts';
import { foreignMessage } from '../../domain/foreign-message.ts';
import { secondsToWait } from '../../domain/retry-after.ts';

/** A LibreTranslate server, and its key where it wants one. */
export interface LibreTranslateServer {
  readonly url: string;
  readonly key: string | undefined;
}

export interface LibreTranslateRequest {
  texts: readonly string[];
  source: string;
  target: string;
  format: 'text' | 'html';
}

const REQUEST_TIMEOUT_MS = 3 * 60_000;

const languagesSchema = z.array(z.object({ code: z.string(), targets: z.array(z.string()).default([]) }));
export type LibreTranslateLanguages = z.infer<typeof languagesSchema>;

const errorSchema = z.object({ error: z.string() });

/** LibreTranslate's HTTP API. */
export class LibreTranslateClient {
  readonly #server: LibreTranslateServer;

  constructor({ url, key }: LibreTranslateServer) {
    this.#server = { url: url.replace(/\/+$/, ''), key };
  }

  /** What it translates from, and into what. */
  async languages(signal: AbortSignal): Promise<LibreTranslateLanguages> {
    return this.#ask('/languages', { method: 'GET' }, languagesSchema, signal);
  }

  /** One translation for each text. */
  async translate(
    { texts, source, target, format }: LibreTranslateRequest,
    signal: AbortSignal,
  ): Promise<string[]> {
    const { key } = this.#server;
    const body = { q: texts, source, target, format, ...(key === undefined ? {} : { api_key: key }) };
    const answerSchema = z.object({ translatedText: z.array(z.string()).length(texts.length) });
    const { translatedText } = await this.#ask(
      '/translate',
      { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      answerSchema,
      signal,
    );
    return translatedText;
  }

  /** @throws ClipScribeError `ModelUnavailable`, `RateLimited` (retried), `ModelRejected` */
  async #ask<Answer>(
    path: string,
    init: RequestInit,
    schema: z.ZodType<Answer>,
    signal: AbortSignal,
  ): Promise<Answer> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.#server.url}${path}`, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      });
      text = await response.text();
    } catch (cause) {
      signal.throwIfAborted();
      throw new ClipScribeError('ModelUnavailable', 'The connection to the translation server failed.', {
        cause,
      });
    }
    if (!response.ok) throw errorFor(response, text);
    const answer = schema.safeParse(parseJson(text));
    if (answer.success) return answer.data;
    throw new ClipScribeError(
      'ModelRejected',
      'The translation server did not answer as LibreTranslate does.',
    );
  }
}

function errorFor({ status, headers }: Response, body: string): ClipScribeError {
  const document = errorSchema.safeParse(parseJson(body));
  const detail = document.success ? ` ${foreignMessage(document.data.error)}` : '';
  const retryAfterSeconds = secondsToWait(headers.get('retry-after'), Date.now());
  return new ClipScribeError(codeFor(status), `The translation server answered ${status}.${detail}`, {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function codeFor(status: number): ErrorCode {
  if (status === 429) return 'RateLimited';
  return status >= 500 || status === 408 ? 'ModelUnavailable' : 'ModelRejected';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
