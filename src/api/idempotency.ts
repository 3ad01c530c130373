import { createHash, randomUUID } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { ClipScribeError } from '../domain/errors.ts';
import type { IdempotencyStore, StoredAnswer } from '../ports/idempotency-store.ts';
import { callerOf } from './caller.ts';
import { createProblem } from './problems.ts';

const HEADER = 'idempotency-key';
const LONGEST_KEY = 255;
/** Headers that belong to the answer itself; the others are made anew. */
const KEPT_HEADERS = ['content-type', 'location'];
/** Statuses by which something else stands in the way now. */
const PASSING: ReadonlySet<number> = new Set([409, 429]);

/**
 * The id of what this request asks for: the same for every try of a request with an Idempotency-Key, also when
 * the process that answered the first try has died in between. What a route makes is named by it.
 */
export function operationIdOf(context: Context): string {
  const known = context.get('operationId') as string | undefined;
  if (known !== undefined) return known;
  const operationId = randomUUID();
  context.set('operationId', operationId);
  return operationId;
}

/**
 * `Idempotency-Key` on every POST: the same request with the same key is answered alike and does nothing new for
 * a day. Refusals that may be none a moment later (409, 429, 5xx) are not kept: they have changed nothing.
 *
 * @throws ClipScribeError IdempotencyConflict while it is being answered; InvalidInput for a key that came with
 *   another request, or is too long
 */
export const idempotent = (store: () => IdempotencyStore): MiddlewareHandler =>
  async function idempotently(context, next) {
    const key = context.req.header(HEADER);
    if (context.req.method !== 'POST' || key === undefined) return next();
    if (key === '' || key.length > LONGEST_KEY) {
      throw new ClipScribeError('InvalidInput', `An Idempotency-Key has 1 to ${LONGEST_KEY} characters.`);
    }
    const { userId } = callerOf(context);
    const state = await store().take(userId, key, await hashOf(context));
    switch (state.kind) {
      case 'in-flight':
        throw new ClipScribeError('IdempotencyConflict', 'A request with this key is being answered.', {
          retryAfterSeconds: 1,
        });
      case 'other-request':
        throw new ClipScribeError(
          'InvalidInput',
          'This Idempotency-Key was used before with another request.',
        );
      case 'answered': {
        const { status, headers, body } = state.answer;
        return new Response(body, { status, headers: { ...headers, 'idempotency-replayed': 'true' } });
      }
      case 'taken':
        context.set('operationId', state.operationId);
        return answerOnce(context, next, store(), userId, key);
    }
  };

async function answerOnce(
  context: Context,
  next: () => Promise<void>,
  store: IdempotencyStore,
  userId: string,
  key: string,
): Promise<void> {
  await next();
  const { res } = context;
  if (res.headers.get('cache-control') === 'no-store') {
    await store.answer(userId, key, shownOnce());
    return;
  }
  const isText = /json/.test(res.headers.get('content-type') ?? '');
  if (PASSING.has(res.status) || res.status >= 500 || !isText) {
    await store.release(userId, key);
    return;
  }
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = res.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  await store.answer(userId, key, { status: res.status, headers, body: await res.clone().text() });
}

/** What is given in place of an answer that holds a secret, which is stored nowhere. */
function shownOnce(): StoredAnswer {
  const problem = createProblem(
    'ActionNotPossible',
    'This request was answered before, with a secret that is shown once. If it was lost, revoke it and make another.',
  );
  return {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify(problem),
  };
}

async function hashOf(context: Context): Promise<string> {
  const hash = createHash('sha256').update(`${context.req.method} ${context.req.path}\n`);
  return hash.update(Buffer.from(await context.req.arrayBuffer())).digest('hex');
}
