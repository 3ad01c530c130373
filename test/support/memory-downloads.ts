import type { ApplicationFailure } from '@temporalio/common';
import type { DownloadQueue, QueuedStep } from '../../src/api/downloads/download-queue.ts';

/** How a step ended. */
type End = { result: unknown } | { failure: ApplicationFailure } | 'cancelled';

/** Download queues in memory, for tests of the routes alone; e2e tests use Temporal's. */
export class MemoryDownloads implements DownloadQueue {
  readonly waiting: { userId: string; step: QueuedStep }[] = [];
  readonly heartbeats: unknown[] = [];
  readonly ends: { token: string; end: End }[] = [];
  cancelled = false;

  async next(userId: string): Promise<QueuedStep | undefined> {
    const index = this.waiting.findIndex((each) => each.userId === userId);
    return index < 0 ? undefined : this.waiting.splice(index, 1)[0]?.step;
  }

  async heartbeat(_token: Uint8Array, details: unknown): Promise<{ cancelled: boolean }> {
    this.heartbeats.push(details);
    return { cancelled: this.cancelled };
  }

  complete(token: Uint8Array, result: unknown): Promise<void> {
    return this.#end(token, { result });
  }

  fail(token: Uint8Array, failure: ApplicationFailure): Promise<void> {
    return this.#end(token, { failure });
  }

  confirmCancelled(token: Uint8Array): Promise<void> {
    return this.#end(token, 'cancelled');
  }

  async #end(token: Uint8Array, end: End): Promise<void> {
    this.ends.push({ token: Buffer.from(token).toString(), end });
  }
}
