import { context, propagation } from '@opentelemetry/api';
import { Agent, fetch, type FormData, type Response } from 'undici';
import { ClipScribeError } from '../../domain/errors.ts';
import type { EndpointSource } from './endpoint.ts';
import { errorForResponse } from './server-errors.ts';

/** A transcript of some minutes with words is well below a megabyte; more is not an answer. */
const MAXIMUM_ANSWER_BYTES = 64 * 1024 * 1024;

/** HTTP to one model server. How long a request takes in all is bounded by the caller's signal. */
export class ModelServerClient {
  readonly #endpoint: EndpointSource;
  readonly #tellsTrace: boolean;
  readonly #agent: Agent;

  /**
   * @param options.tellsTrace whether the server is our own, and hears which trace a request is part of
   * @param options.silenceMs how long the server may send nothing; 0: for ever, where requests wait for their turn
   */
  constructor(endpoint: EndpointSource, { tellsTrace = false, silenceMs = 0 } = {}) {
    this.#endpoint = endpoint;
    this.#tellsTrace = tellsTrace;
    this.#agent = new Agent({ headersTimeout: silenceMs, bodyTimeout: silenceMs });
  }

  /**
   * Sends a POST and returns the answer once its head is there.
   *
   * @throws ClipScribeError `ModelUnavailable`, `RateLimited` (retried), `ModelUnknown`, `ModelRejected`,
   *   `CorruptMedia`; the reason of the signal where it was aborted
   */
  async post(
    path: string,
    body: FormData | Uint8Array | string,
    { contentType, signal }: { contentType?: string; signal: AbortSignal },
  ): Promise<Response> {
    const { baseUrl, key } = await this.#endpoint(signal);
    const traceHeaders: Record<string, string> = {};
    if (this.#tellsTrace) propagation.inject(context.active(), traceHeaders);
    const response = await duringRequest(signal, () =>
      fetch(`${baseUrl}${path}`, {
        method: 'POST',
        body,
        headers: {
          ...traceHeaders,
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(contentType === undefined ? {} : { 'content-type': contentType }),
        },
        redirect: 'error',
        dispatcher: this.#agent,
        signal,
      }),
    );
    if (!response.ok)
      throw errorForResponse(response.status, response.headers, await this.text(response, signal));
    return response;
  }

  /** The body as text. */
  async text(response: Response, signal: AbortSignal): Promise<string> {
    let text = '';
    for await (const part of this.textParts(response, signal)) text += part;
    return text;
  }

  /** The body as text, in parts as they come. */
  async *textParts(response: Response, signal: AbortSignal): AsyncGenerator<string> {
    if (response.body === null) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let length = 0;
    try {
      for (;;) {
        const { done, value } = await duringRequest(signal, () => reader.read());
        if (done) return;
        length += value.length;
        if (length > MAXIMUM_ANSWER_BYTES)
          throw new ClipScribeError('ModelRejected', 'The model server sent too much.');
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

/** Turns a broken connection into `ModelUnavailable`, and an abort into its reason. */
async function duringRequest<Result>(signal: AbortSignal, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (cause) {
    signal.throwIfAborted();
    throw new ClipScribeError('ModelUnavailable', 'The connection to the model server failed.', { cause });
  }
}
