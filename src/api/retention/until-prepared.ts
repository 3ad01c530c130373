import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 10_000;

/**
 * Has something prepared in Temporal as soon as that is reached: the API starts without it, too. Ends when it is done
 * or the signal is aborted; never rejects.
 *
 * @param onFailure told the first failure only, since the same one comes again
 */
export async function untilPrepared(
  prepare: () => Promise<void>,
  { signal, onFailure }: { signal: AbortSignal; onFailure: (error: unknown) => void },
): Promise<void> {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      await prepare();
      return;
    } catch (error) {
      if (attempt === 1 && !signal.aborted) onFailure(error);
    }
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}
