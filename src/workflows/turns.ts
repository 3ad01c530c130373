import { condition } from '@temporalio/workflow';

/** Lets a bounded number of tasks run at once; others wait for their turn, in the order in which they came. */
export class Turns {
  readonly #limit: () => number;
  #running = 0;

  /** @param limit read anew for each task, because settings change */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  async take<Result>(task: () => Promise<Result>): Promise<Result> {
    // One that is freed may be taken by whoever wakes first.
    while (this.#running >= this.#limit()) await condition(() => this.#running < this.#limit());
    this.#running += 1;
    try {
      return await task();
    } finally {
      this.#running -= 1;
    }
  }
}
