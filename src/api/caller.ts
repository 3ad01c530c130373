import type { Context } from 'hono';

/** Whose jobs these are, in an installation without accounts. */
export const LOCAL_USER_ID = 'local';

/** Who sends a request. */
export interface Caller {
  /** Owns what the request makes, and sees nothing of other users. */
  userId: string;
}

const LOCAL_CALLER: Caller = { userId: LOCAL_USER_ID };

/** Who sent this request. Every route takes the user from here, and from nowhere else. */
export const callerOf = (context: Context): Caller =>
  (context.get('caller') as Caller | undefined) ?? LOCAL_CALLER;
