import { randomInt } from 'node:crypto';
import { findFreePort } from '../../src/cli/stack/ports.ts';

/** Systems give ports from 32,768 on to outgoing connections, and to servers that ask for any: never one of these. */
const [FIRST, LAST] = [20_000, 32_000];

/**
 * A port of loopback that nobody listens on, for a server that wants its number beforehand, also to come back to.
 *
 * @param taken ports that are given away but not listened on yet
 */
export const freePort = (taken: readonly number[] = []): Promise<number> =>
  findFreePort(randomInt(FIRST, LAST), taken);
