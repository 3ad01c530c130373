import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { parseBody } from 'hono/utils/body';
import type { InferenceServer } from './inference-process.ts';
import { until } from './until.ts';

/** One request for a transcript, as the model server's side saw it. */
export interface ModelCall {
  /** Of the audio file that was sent: tells chunks apart. */
  audioSha256: string;
  model: string;
  language: string | null;
  /** Seconds of speech that were asked for; a second attempt need not ask for what the first one did. */
  speechSeconds: number;
  startedAtMs: number;
  endedAtMs: number | null;
  /** `aborted`: the caller went away before the whole answer was sent. */
  state: 'running' | 'finished' | 'failed' | 'aborted';
}

/** Where a call that may not pass waits: before the model hears of it, or after its first sign of progress. */
type HoldingPoint = 'before' | 'in the middle';

/**
 * A server between workers and the real model server that writes down every call for a transcript. What it says
 * was done was done: it is the oracle of what is transcribed, and how often.
 */
export class ModelLedger {
  readonly calls: ModelCall[] = [];
  readonly #model: InferenceServer;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
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

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
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

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (request.url !== '/v1/audio/transcriptions') {
      await this.#forward(request, response, body, new AbortController().signal);
      response.end();
      return;
    }
    const call = await readCall(request, body);
    this.calls.push(call);
    this.#passing -= 1;
    const held = this.#passing < 0;
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
      if (call.state === 'running') Object.assign(call, { state: 'aborted', endedAtMs: Date.now() });
    });
    const wait = async (): Promise<void> => {
      await until(() => this.#passing === Infinity || gone.signal.aborted);
    };
    if (held && this.#holdAt === 'before') await wait();
    let answer = '';
    await this.#forward(request, response, body, gone.signal, async (part) => {
      answer += part;
      // The first event passes alone, also where several came in one part.
      const firstEnd = part.indexOf('\n\n') + 2;
      if (!held || this.#holdAt === 'before' || firstEnd < 2) return part;
      response.write(part.slice(0, firstEnd));
      await wait();
      return part.slice(firstEnd);
    });
    const isWhole = answer.includes('transcript.text.done') || answer.startsWith('{"task"');
    if (call.state === 'running')
      Object.assign(call, { state: isWhole ? 'finished' : 'failed', endedAtMs: Date.now() });
    response.end();
  }

  /** Asks the real server, and passes its answer on part by part, as `pass` returns it. */
  async #forward(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    signal: AbortSignal,
    pass: (part: string) => Promise<string> = (part) => Promise.resolve(part),
  ): Promise<void> {
    const answer = await fetch(`${this.#model.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: {
        'content-type': request.headers['content-type'] ?? '',
        // Workers make up a key for the server that they believe to have started.
        authorization: `Bearer ${this.#model.key}`,
      },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
      signal,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    if (answer.body === null) return;
    for await (const part of answer.body.pipeThrough(new TextDecoderStream()))
      response.write(await pass(part));
  }
}

async function readCall(request: IncomingMessage, body: Buffer): Promise<ModelCall> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await parseBody(
    new Request('http://ledger', { method: 'POST', body: new Uint8Array(body), headers }),
  );
  const { file } = form;
  if (!(file instanceof Blob)) throw new Error('A call without audio came to the model server.');
  const text = (name: string): string | null => {
    const value = form[name];
    return typeof value === 'string' ? value : null;
  };
  const regions = JSON.parse(text('speech_regions') ?? '[]') as [number, number][];
  const known = Number(text('resume_after'));
  return {
    audioSha256: createHash('sha256')
      .update(Buffer.from(await file.arrayBuffer()))
      .digest('hex'),
    model: text('model') ?? '',
    language: text('language'),
    speechSeconds: regions.reduce(
      (total, [start, end]) => total + Math.max(0, end - Math.max(start, known)),
      0,
    ),
    startedAtMs: Date.now(),
    endedAtMs: null,
    state: 'running',
  };
}
