import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { unlessGone } from './unless-gone.ts';

/** A request to translate, as LibreTranslate takes it. */
export interface LibreRequest {
  q: string[];
  source: string;
  target: string;
  format: 'text' | 'html';
  api_key?: string;
}

/** Languages of the fake, by the codes that the real server has. */
const LANGUAGES = [
  { code: 'en', name: 'English', targets: ['de', 'en', 'pb', 'zh-Hans'] },
  { code: 'it', name: 'Italian', targets: ['en'] },
];
/** The limits of a public server. */
const LIMITS = { characters: 2_000, texts: 25 };

/**
 * LibreTranslate's HTTP API over real HTTP, with its limits, keys and errors, and a dictionary of one rule: the text
 * in upper case, which loses every name but those that are marked to be kept.
 */
export class LibreTranslateServer {
  readonly key = 'libre-key-0123456789';
  readonly requests: LibreRequest[] = [];
  /** Answered first, in place of translations. */
  readonly failures: { status: number; error: string; headers?: Record<string, string> }[] = [];
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(unlessGone(request));
  });

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  clear(): void {
    this.requests.length = 0;
    this.failures.length = 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, body: unknown, headers = {}): void => {
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    };
    if (request.url === '/languages') return send(200, LANGUAGES);
    if (request.url !== '/translate') return send(404, { error: 'Not found' });
    const asked = (await json(request)) as LibreRequest;
    this.requests.push(asked);
    const failure = this.failures.shift();
    if (failure !== undefined) return send(failure.status, { error: failure.error }, failure.headers);
    if (asked.api_key !== this.key) return send(403, { error: 'Invalid API key' });
    const characters = asked.q.join('').length;
    if (asked.q.length > LIMITS.texts || characters > LIMITS.characters)
      return send(400, { error: `Invalid request: request (${characters}) exceeds text limit (2000)` });
    if (!LANGUAGES.find(({ code }) => code === asked.source)?.targets.includes(asked.target))
      return send(400, { error: `${asked.target} is not supported` });
    send(200, {
      translatedText: asked.q.map((text) => `${asked.target}: ${translated(text, asked.format)}`),
    });
  }
}

const translated = (text: string, format: string): string =>
  format === 'text'
    ? text.replace(/Laura Collins/gu, 'SOMEBODY')
    : text.replace(
        /(<span translate="no">[^<]*<\/span>)|Laura Collins/gu,
        (_all, kept: string) => kept ?? 'SOMEBODY',
      );
