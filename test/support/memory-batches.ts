import type { BatchWorkflows } from '../../src/api/batches/batch-starter.ts';
import { ClipScribeError } from '../../src/domain/errors.ts';
import type { Batch } from '../../src/ports/batch-catalogue.ts';

/** BatchWorkflows in memory, for tests of the routes alone. */
export class MemoryBatches implements BatchWorkflows {
  /** False: calls answer as when Temporal is away. */
  reachable = true;
  /** Those that Temporal does not take. */
  readonly refused = new Set<string>();
  readonly started: string[] = [];
  readonly woken: string[] = [];

  async start({ id }: Batch): Promise<void> {
    this.#checkReachable();
    if (this.refused.has(id))
      throw new ClipScribeError('InvalidInput', 'Temporal does not accept this request.');
    this.started.push(id);
  }

  async wake(batchId: string): Promise<void> {
    this.#checkReachable();
    this.woken.push(batchId);
  }

  #checkReachable(): void {
    if (!this.reachable) throw new ClipScribeError('ServiceUnavailable', 'Temporal does not answer.');
  }
}
