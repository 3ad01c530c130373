import type { StopEvent, StopSwitch } from '../../ports/stop-switch.ts';
import { SharedReads } from '../shared-reads.ts';

const FRESH_MS = 1000;

/**
 * The emergency stop as people are told of it with every status: read once a second, so that one of another process
 * is told after a second at most. It holds from its first moment nevertheless: what a stop forbids asks the database.
 */
export class SharedStopSwitch implements StopSwitch {
  readonly #stopSwitch: StopSwitch;
  readonly #last: SharedReads<StopEvent | undefined>;

  constructor(stopSwitch: StopSwitch) {
    this.#stopSwitch = stopSwitch;
    this.#last = new SharedReads(() => stopSwitch.last(), FRESH_MS);
  }

  last(): Promise<StopEvent | undefined> {
    return this.#last.get('last');
  }

  stop(order: { by: string; reason: string }): ReturnType<StopSwitch['stop']> {
    return this.#stopSwitch.stop(order).finally(() => this.#last.forget());
  }

  resume(order: { by: string }): Promise<boolean> {
    return this.#stopSwitch.resume(order).finally(() => this.#last.forget());
  }

  confirmTold(number: number): Promise<void> {
    return this.#stopSwitch.confirmTold(number);
  }
}
