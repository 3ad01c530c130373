import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { InferenceServer } from './inference-process.ts';
import { until } from './until.ts';

/** One request for a transcript, as the model server's side saw it. */
export interface ModelCall {
  /** Of the audio file that was sent: tells chunks apart. */
  audioSha256: string;
  model: string;
  language: string | null;
  startedAtMs: number;
  endedAtMs: number | null;
  /** `aborted`: the caller went away before the whole answer was sent. */
  state: 'running' | 'finished' | 'failed' | 'aborted';
}

/** Where a call that may not pass waits: before the model hears of it, or when all but the end is answered. */
type HoldingPoint = 'before' | 'in the middle';

/**
 * A server between workers and the real model server that writes down every call. What it says was done was
 * done: it is the oracle of what is transcribed, and how often.
 */
export class ModelLedger {
  readonly calls: ModelCall[] = [];
  readonly #model: InferenceServer;
  readonly #server = createServer((request, response) => {
    this.#forward(request, response).catch(() => response.destroy());
  });
  /** Calls that may still pass, and where the others wait. */
  #passing = Infinity;
  #holdAt: HoldingPoint = 'before';

  private constructor(model: InferenceServer) {
    this.#model = model;
  }

  static async start(model: InferenceServer): Promise<ModelLedger> {
    const ledger = new ModelLedger(model);
    ledger.#server.listen(0, '127.0.0.1');
    await once(ledger.#server, 'listening');
    return ledger;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  get key(): string {
    return this.#model.key;
  }

  in(state: ModelCall['state']): ModelCall[] {
    return this.calls.filter((call) => call.state === state);
  }

  /** Forgets what was, and lets all calls pass: a new test begins. */
  clear(): void {
    this.release();
    this.calls.length = 0;
  }

  /** Lets so many calls pass and holds those that come after them. */
  holdAfter(passing: number, holdAt: HoldingPoint = 'before'): void {
    this.#passing = passing;
    this.#holdAt = holdAt;
  }

  release(): void {
    this.#passing = Infinity;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const call = await readCall(request, body);
    this.calls.push(call);
    const held = (this.#passing -= 1) < 0;
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
      if (call.state !== 'running') return;
      Object.assign(call, { state: 'aborted', endedAtMs: Date.now() });
    });
    const wait = async (): Promise<unknown> => until(() => this.#passing === Infinity || gone.signal.aborted);
    if (held && this.#holdAt === 'before') await wait();
    const answer = await fetch(`${this.#model.url}${request.url}`, {
      method: 'POST',
      headers: {
        'content-type': request.headers['content-type'] ?? '',
        authorization: request.headers.authorization ?? '',
      },
      body: new Uint8Array(body),
      signal: gone.signal,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    const parts = answer.body === null ? [] : Readable.fromWeb(answer.body);
    let text = '';
    for await (const part of parts) {
      text += Buffer.from(part as Uint8Array).toString();
      if (held && this.#holdAt === 'in the middle' && text.includes('transcript.text.delta')) await wait();
      response.write(part);
    }
    const isWhole = answer.ok && (text.includes('transcript.text.done') || text.includes('"segments"'));
    Object.assign(call, { state: isWhole ? 'finished' : 'failed', endedAtMs: Date.now() });
    response.end();
  }
}

async function readCall(request: IncomingMessage, body: Buffer): Promise<ModelCall> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(new Uint8Array(body), { headers }).formData();
  const file = form.get('file');
  if (!(file instanceof Blob)) throw new Error('A call without audio came to the model server.');
  const language = form.get('language');
  return {
    audioSha256: createHash('sha256')
      .update(Buffer.from(await file.arrayBuffer()))
      .digest('hex'),
    model: String(form.get('model')),
    language: typeof language === 'string' ? language : null,
    startedAtMs: Date.now(),
    endedAtMs: null,
    state: 'running',
  };
}
