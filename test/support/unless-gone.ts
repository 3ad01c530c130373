import type { IncomingMessage } from 'node:http';

/**
 * For a server of a test whose client may go away, or be killed, in the middle of its request: that is no error. Any
 * other one is a mistake of the test, which then fails.
 */
export const unlessGone =
  (request: IncomingMessage) =>
  (error: unknown): void => {
    if (request.complete) throw error;
  };
