import type { SSEStreamingApi } from 'hono/streaming';
import { keptAlive } from './keep-alive.ts';
import type { StatusWatcher } from './status-watcher.ts';

/**
 * Hands every status that is read to a listener's stream, and says so when nothing has happened for a while.
 *
 * @returns when what is followed has ended, or the listener is gone
 */
export async function followUntilEnd<Status>(
  stream: SSEStreamingApi,
  watcher: StatusWatcher<Status>,
  id: string,
  tell: (status: Status) => void,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.onAbort(resolve);
  const stop = watcher.watch(id, (end, status) => {
    if (status !== undefined) tell(status);
    if (end) resolve();
  });
  await keptAlive(stream, () => promise);
  stop();
}
