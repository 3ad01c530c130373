import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  PUBLIC_ADDRESSES_ONLY,
  PUBLIC_AND_PRIVATE_ADDRESSES,
} from '../../../src/adapters/egress/address-policy.ts';
import { createEgress, type RunningEgress } from '../../../src/adapters/egress/create-egress.ts';
import { createWebhookSender } from '../../../src/adapters/webhooks/create-webhook-sender.ts';

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

interface Received {
  headers: Record<string, string>;
  body: string;
}

let receiver: Server;
let address: string;
let received: Received[];
let respond: Respond;
let egress: RunningEgress;

beforeEach(async () => {
  received = [];
  respond = (_request, response) => response.end('thank you');
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      respond(request, response);
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  egress = await createEgress({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
});

afterEach(async () => {
  await egress.close();
  receiver.closeAllConnections();
  receiver.close();
});

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const body = JSON.stringify({
  type: 'job.complete',
  timestamp: '2026-01-01T00:00:00Z',
  data: { id: 'job_1' },
});

const send = (secrets = [newSecret()], url = address, timeoutMs = 5_000) =>
  createWebhookSender(egress, { timeoutMs }).send(
    { id: 'ntf_1', url, body, secrets },
    AbortSignal.timeout(30_000),
  );

describe('a webhook', () => {
  it('is verified by the published library, with either secret of a rotation', async () => {
    const secrets = [newSecret(), newSecret()];
    expect(await send(secrets)).toMatchObject({ outcome: 'delivered', statusCode: 200, problem: null });
    const [{ headers, body: text }] = received as [Received];
    expect(headers).toMatchObject({ 'webhook-id': 'ntf_1', 'content-type': 'application/json' });
    for (const secret of secrets) {
      expect(new Webhook(secret).verify(text, headers)).toEqual(JSON.parse(body));
    }
    expect(() => new Webhook(newSecret()).verify(text, headers)).toThrow();
  });

  it('does not follow a redirect', async () => {
    respond = (request, response) => {
      response.statusCode = request.url === '/hook' ? 302 : 200;
      response.setHeader('location', '/elsewhere').end();
    };
    expect(await send()).toMatchObject({ outcome: 'failed', statusCode: 302 });
    expect(received).toHaveLength(1);
  });

  it('is not sent again to an endpoint that is gone', async () => {
    respond = (_request, response) => {
      response.statusCode = 410;
      response.end();
    };
    expect(await send()).toMatchObject({ outcome: 'gone', statusCode: 410 });
  });

  it.each([
    ['120', 120],
    ['999999', 86_400],
    ['soon', null],
  ])('passes on when a busy endpoint asks to be called: %s', async (retryAfter, retryAfterSeconds) => {
    respond = (_request, response) => {
      response.statusCode = 429;
      response.setHeader('retry-after', retryAfter).end();
    };
    expect(await send()).toMatchObject({ outcome: 'failed', statusCode: 429, retryAfterSeconds });
  });

  it('fails where the endpoint does not answer in time', async () => {
    respond = () => undefined;
    expect(await send(undefined, address, 300)).toMatchObject({ outcome: 'failed', statusCode: null });
  });

  it('fails where nobody listens', async () => {
    receiver.close();
    receiver.closeAllConnections();
    await once(receiver, 'close');
    expect(await send()).toMatchObject({ outcome: 'failed', statusCode: null });
  });

  it('does not reach into a private network', async () => {
    const strict = await createEgress({ policy: PUBLIC_ADDRESSES_ONLY });
    try {
      const message = { id: 'ntf_1', url: address, body, secrets: [newSecret()] };
      const answer = await createWebhookSender(strict).send(message, AbortSignal.timeout(10_000));
      expect(answer).toMatchObject({ outcome: 'gone', statusCode: null });
      expect(received).toEqual([]);
    } finally {
      await strict.close();
    }
  });

  it('ends with the signal of its activity', async () => {
    respond = () => undefined;
    const reason = new Error('cancelled');
    const controller = new AbortController();
    const sending = createWebhookSender(egress).send(
      { id: 'ntf_1', url: address, body, secrets: [newSecret()] },
      controller.signal,
    );
    setTimeout(() => controller.abort(reason), 100);
    await expect(sending).rejects.toBe(reason);
  });
});
