import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Accounts, TokenRecord } from '../../ports/accounts.ts';
import { LOCAL_CALLER, type Caller } from '../caller.ts';
import { checkLoopback } from '../loopback-guard.ts';
import { isOpenAiPath } from '../openai-errors.ts';
import type { KnownTokens } from './known-tokens.ts';
import { hashToken, isTokenSecret } from './token-secret.ts';

export interface AccessRules {
  /** {@link hashToken} of the installation's own administrator token. */
  adminTokenHash: string;
  /** Lets requests without a token in, on loopback and for as long as no token was ever made. */
  anonymousOnLoopback: boolean;
}

/**
 * Finds out who sends a request, by its bearer token; routes behind it use `callerOf`.
 *
 * Without a token the owner of the installation comes in, on loopback, until the first token is made.
 *
 * @throws ClipScribeError Unauthorized
 */
export function authenticate({
  accounts,
  tokens,
  access,
}: {
  accounts: Pick<Accounts, 'hasTokens'>;
  tokens: KnownTokens;
  access: AccessRules;
}): MiddlewareHandler {
  let tokensExist = false;
  const needsNoToken = async (): Promise<boolean> => {
    if (!access.anonymousOnLoopback) return false;
    tokensExist ||= await accounts.hasTokens();
    return !tokensExist;
  };
  const anonymous = (context: Context): Caller => {
    checkLoopback(context);
    return LOCAL_CALLER;
  };
  return async function authenticated(context, next) {
    const header = context.req.header('authorization');
    // OpenAI's clients cannot be without a key: while nobody needs one, any will do.
    const mayCarryAny = header === undefined || isOpenAiPath(context.req.path);
    const caller =
      mayCarryAny && (await needsNoToken())
        ? anonymous(context)
        : await callerOfToken(header, tokens, access);
    context.set('caller', caller);
    await next();
  };
}

/** Lets administrators through. */
export const requireAdmin = (): MiddlewareHandler =>
  async function adminOnly(context, next) {
    if (!(context.get('caller') as Caller).isAdmin) {
      throw new ClipScribeError('Forbidden', 'Only administrators may do this.');
    }
    await next();
  };

async function callerOfToken(
  header: string | undefined,
  tokens: KnownTokens,
  access: AccessRules,
): Promise<Caller> {
  if (header === undefined) throw new ClipScribeError('Unauthorized', 'The request carries no token.');
  const secret = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (secret === undefined) {
    throw new ClipScribeError('Unauthorized', 'The Authorization header holds no bearer token.');
  }
  const hash = hashToken(secret);
  if (isSame(hash, access.adminTokenHash)) return LOCAL_CALLER;
  if (!isTokenSecret(secret)) {
    throw new ClipScribeError('Unauthorized', 'The token is not whole, or has a typing error.');
  }
  const token = await tokens.find(hash);
  if (token === undefined || !isSame(token.hash, hash)) {
    throw new ClipScribeError('Unauthorized', 'There is no such token.');
  }
  checkValid(token);
  tokens.noteUse(token);
  const { id, userId, tier, isAdmin, email } = token;
  return { userId, accountId: id, tier, isAdmin, name: email };
}

function checkValid({ revokedAt, expiresAt }: TokenRecord): void {
  if (revokedAt !== null) throw new ClipScribeError('Unauthorized', 'The token was revoked.');
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) {
    throw new ClipScribeError('Unauthorized', `The token expired on ${expiresAt.toISOString()}.`);
  }
}

/** In constant time. */
const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
