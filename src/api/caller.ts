import type { Context } from 'hono';
import type { TierName } from '../domain/tiers.ts';

/** Whose jobs these are, where nobody has a token. */
export const LOCAL_USER_ID = 'local';

/** Who sends a request. */
export interface Caller {
  /** Owns what the request makes, and sees nothing of other users. */
  userId: string;
  /** Whose quota and ceilings count: the token's id, or the user's where there is no token. */
  accountId: string;
  /** Null: no limits. */
  tier: TierName | null;
  isAdmin: boolean;
  /** For people: who did this. */
  name: string;
}

/** The owner of the installation. */
export const LOCAL_CALLER: Caller = {
  userId: LOCAL_USER_ID,
  accountId: LOCAL_USER_ID,
  tier: null,
  isAdmin: true,
  name: 'the owner of the installation',
};

/** Who sent this request. Every route takes the user from here, and from nowhere else. */
export function callerOf(context: Context): Caller {
  const caller = context.get('caller') as Caller | undefined;
  if (caller === undefined) throw new Error('This route is served without authentication.');
  return caller;
}
