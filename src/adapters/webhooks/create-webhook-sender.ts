import { Webhook } from 'standardwebhooks';
import { ProxyAgent, request } from 'undici';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Egress } from '../../ports/egress.ts';
import type { WebhookAnswer, WebhookMessage, WebhookSender } from '../../ports/webhook-sender.ts';

/** Standard Webhooks asks for 15 to 30 s. */
const TIMEOUT_MS = 20_000;

const SECONDS_PER_DAY = 86_400;

/**
 * Sends webhooks signed by Standard Webhooks 1.0.0, through the egress proxy, so that an address given by a user
 * leads into no private network. Only 2xx is success; a redirect is a failure.
 */
export const createWebhookSender = (
  egress: Egress,
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): WebhookSender => ({
  send: async (message, signal) => {
    const startedAt = performance.now();
    const answer = await attempt(egress, message, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    signal.throwIfAborted();
    return { ...answer, durationMs: Math.round(performance.now() - startedAt) };
  },
});

type Attempt = Omit<WebhookAnswer, 'durationMs'>;

async function attempt(egress: Egress, message: WebhookMessage, signal: AbortSignal): Promise<Attempt> {
  const session = egress.openSession();
  const dispatcher = new ProxyAgent({ uri: session.proxyUrl, proxyTunnel: false });
  try {
    const url = await egress.checkUrl(message.url);
    const { statusCode, headers, body } = await request(url, {
      method: 'POST',
      dispatcher,
      signal,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'ClipScribe-Webhooks',
        ...signed(message),
      },
      body: message.body,
    });
    // What a receiver writes back is nobody's business.
    body.on('error', () => undefined).destroy();
    const refusal = headers['server'] === 'egress' ? session.failure() : undefined;
    return refusal === undefined ? judge(statusCode, headers['retry-after']) : unreachable(refusal);
  } catch (error) {
    return unreachable(session.failure() ?? error);
  } finally {
    session.close();
    await dispatcher.destroy();
  }
}

/** One signature for each secret, made anew for each attempt: receivers refuse old time stamps. */
function signed({ id, body, secrets }: WebhookMessage): Record<string, string> {
  const now = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}

function judge(statusCode: number, retryAfter: string | string[] | undefined): Attempt {
  if (statusCode >= 200 && statusCode < 300) {
    return { outcome: 'delivered', statusCode, problem: null, retryAfterSeconds: null };
  }
  const redirects = statusCode >= 300 && statusCode < 400;
  return {
    outcome: statusCode === 410 ? 'gone' : 'failed',
    statusCode,
    problem: redirects
      ? `The endpoint redirects (${statusCode}), which webhooks do not follow.`
      : `The endpoint answered ${statusCode}.`,
    retryAfterSeconds: waitSeconds(retryAfter),
  };
}

/** RFC 9110 §10.2.3: seconds or a date; a day at most, because the schedule goes on by itself. */
function waitSeconds(retryAfter: string | string[] | undefined): number | null {
  const value = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter;
  if (value === undefined) return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.min(Math.max(0, Math.ceil(seconds)), SECONDS_PER_DAY) : null;
}

function unreachable(error: unknown): Attempt {
  const isFinal =
    ClipScribeError.is(error) && (error.code === 'AddressBlocked' || error.code === 'InvalidUrl');
  return {
    outcome: isFinal ? 'gone' : 'failed',
    statusCode: null,
    problem: ClipScribeError.is(error) ? error.message : 'The endpoint did not answer.',
    retryAfterSeconds: null,
  };
}
