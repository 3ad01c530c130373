import type { CatalogueJob } from '../../ports/job-catalogue.ts';
import type { Statistics } from '../../ports/statistics.ts';
import { SharedReads } from '../shared-reads.ts';

const FRESH_MS = 1000;

/**
 * The places of jobs that wait for their turn. Counting those before a job takes as long as there are many, so the
 * line of an account is read once a second, for all who ask for a place in it: a place is at most a second old.
 */
export class Turns {
  readonly #statistics: Statistics;
  readonly #lines: SharedReads<ReadonlyMap<string, number>>;

  constructor(statistics: Statistics, freshMs = FRESH_MS) {
    this.#statistics = statistics;
    this.#lines = new SharedReads(async (accountId) => {
      const line = await statistics.waitingOf(accountId);
      return new Map(line.map((jobId, index) => [jobId, index + 1]));
    }, freshMs);
  }

  /**
   * The place among the waiting jobs of the account, 1 for the next one.
   *
   * @returns undefined for a job that does not wait for its turn
   * @throws ClipScribeError DatabaseUnavailable
   */
  async positionOf({ id, accountId, state }: CatalogueJob): Promise<number | undefined> {
    if (state !== 'accepted') return undefined;
    const line = await this.#lines.get(accountId);
    // It may have come since the line was read, or gone.
    return line.get(id) ?? this.#statistics.turnOf(id);
  }
}
