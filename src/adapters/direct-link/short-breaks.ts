import { setTimeout as delay } from 'node:timers/promises';
import { ClipScribeError } from '../../domain/errors.ts';

const MAX_BREAKS_WITHOUT_PROGRESS = 4;
const FIRST_PAUSE_MS = 500;

/**
 * Bridges short breaks of a transfer from a host that has answered before; longer ones are left to the retries of
 * the step.
 *
 * @param transfer goes on where the last call stopped
 * @param position grows as bytes arrive; a break after progress counts as the first one again
 */
export const bridgeBreaks = async (
  transfer: () => Promise<void>,
  { position, signal }: { position: () => number; signal: AbortSignal },
): Promise<void> => {
  for (let breaks = 0; ;) {
    const before = position();
    try {
      await transfer();
      return;
    } catch (error) {
      signal.throwIfAborted();
      const failure = afterContact(error);
      breaks = position() > before ? 1 : breaks + 1;
      const passing = ClipScribeError.is(failure) && failure.code === 'NetworkFailure';
      if (!passing || breaks > MAX_BREAKS_WITHOUT_PROGRESS) throw failure;
      await delay(FIRST_PAUSE_MS * 2 ** (breaks - 1), undefined, { signal });
    }
  }
};

/** A host that has answered before and is gone now comes back: that is passing trouble, not a wrong address. */
const afterContact = (error: unknown): unknown =>
  ClipScribeError.is(error) && error.code === 'HostUnreachable'
    ? new ClipScribeError('NetworkFailure', error.message, { cause: error })
    : error;
