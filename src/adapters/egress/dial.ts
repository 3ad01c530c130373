import type { LookupAddress } from 'node:dns';
import { connect } from 'node:net';
import { ClipScribeError } from '../../domain/errors.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Finds the first address that takes a TCP connection.
 *
 * @throws ClipScribeError `HostUnreachable` where all refuse, `NetworkFailure` where one does not answer
 */
export const findAnsweringAddress = async (
  addresses: readonly LookupAddress[],
  host: string,
  port: number,
): Promise<LookupAddress> => {
  let failure: unknown;
  for (const candidate of addresses) {
    try {
      await dialOnce(candidate.address, port);
      return candidate;
    } catch (error) {
      failure = error;
    }
  }
  if ((failure as NodeJS.ErrnoException).code === 'ETIMEDOUT') {
    throw new ClipScribeError('NetworkFailure', `The host ${host} did not answer in time.`, {
      cause: failure,
    });
  }
  throw new ClipScribeError('HostUnreachable', `The host ${host} refuses connections on port ${port}.`, {
    cause: failure,
  });
};

const dialOnce = (address: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () =>
      socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' })),
    );
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
