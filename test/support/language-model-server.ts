import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { unlessGone } from './unless-gone.ts';

/** A request as OpenAI's chat completions have it; what tests look at. */
export interface ChatRequest {
  model: string;
  messages: { role: string; content: string }[];
  max_tokens?: number;
  response_format?: { type: string; json_schema?: { schema: Record<string, unknown> } };
}

/** What the server answers: text of the model, or a failure. */
export type ChatAnswer =
  | { content: string; finishReason?: 'stop' | 'length' | 'content_filter' }
  | { status: number; error?: { message: string; code: string | null }; headers?: Record<string, string> }
  | 'hang up'
  | 'say nothing';

/**
 * A server on loopback that speaks OpenAI's chat completions over real HTTP, errors and rate limits included, in
 * place of a service that costs money. Tokens are words of the request and of the answer.
 */
export class LanguageModelServer {
  readonly key = 'test-key-0123456789';
  readonly requests: ChatRequest[] = [];
  /** Answers of this test, one for each request; then those of `answer`. */
  readonly scripted: ChatAnswer[] = [];
  readonly #answer: (request: ChatRequest) => ChatAnswer;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(unlessGone(request));
  });

  /** @param answer what the model says where nothing is scripted */
  constructor(answer: (request: ChatRequest) => ChatAnswer = () => ({ content: '{}' })) {
    this.#answer = answer;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** The base URL, as users set it. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** The settings by which a worker uses this server. */
  get settings(): Record<string, string> {
    return {
      CLIPSCRIBE_LANGUAGE_MODEL: 'fake-model',
      CLIPSCRIBE_LANGUAGE_MODEL_URL: this.url,
      CLIPSCRIBE_LANGUAGE_MODEL_KEY: this.key,
      CLIPSCRIBE_LANGUAGE_MODEL_PRICE: '1/2',
    };
  }

  clear(): void {
    this.requests.length = 0;
    this.scripted.length = 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(request);
    const fail = (status: number, message: string, code: string | null): void =>
      send(response, status, { error: { message, type: 'invalid_request_error', param: null, code } });
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
      return fail(404, `Unknown request URL: ${request.method} ${request.url}`, 'unknown_url');
    if (request.headers.authorization !== `Bearer ${this.key}`)
      return fail(401, 'Incorrect API key provided: sk-wrong-0123456789.', 'invalid_api_key');
    const chat = JSON.parse(body) as ChatRequest;
    this.requests.push(chat);
    const answer = this.scripted.shift() ?? this.#answer(chat);
    if (answer === 'say nothing') return;
    if (answer === 'hang up') response.destroy();
    else if ('content' in answer) send(response, 200, completion(chat, answer));
    else {
      const { status, error = { message: 'Refused.', code: null }, headers = {} } = answer;
      send(response, status, { error: { ...error, type: 'error', param: null } }, headers);
    }
  }
}

const send = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

function completion(
  { model, messages }: ChatRequest,
  { content, finishReason = 'stop' }: { content: string; finishReason?: string },
) {
  const words = (text: string): number => text.split(/\s+/).length;
  const promptTokens = words(messages.map((message) => message.content).join(' '));
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_790_000_000,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: finishReason }],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: words(content),
      total_tokens: promptTokens + words(content),
    },
  };
}
