import {
  CancellationScope,
  defineQuery,
  defineSignal,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import { JOB_QUERIES, JOB_SIGNALS, type ParkOrder, type UnparkOrder } from '../contracts/jobs.ts';
import type { StopNotice } from '../domain/emergency-stop.ts';

const parkSignal = defineSignal<[ParkOrder]>(JOB_SIGNALS.park);
const unparkSignal = defineSignal<[UnparkOrder]>(JOB_SIGNALS.unpark);

/** Returned for a step that the stop called back: it is to be run again. */
export const CALLED_BACK = Symbol('called back');

/**
 * The emergency stop as one job sees it. Steps that no worker has begun are called back, and so are those that are
 * to be tried again; a step in hand decides whether it finishes (src/activities/activity-support.ts).
 */
export class InstallationStop {
  #order: UnparkOrder | ParkOrder = { number: 0 };
  readonly #inHand = new Set<CancellationScope>();

  /** Takes the signals from here on. */
  begin(onChange: () => void): void {
    setHandler(defineQuery(JOB_QUERIES.parked), () => this.notice !== null);
    const take = (order: UnparkOrder | ParkOrder): void => {
      if (order.number <= this.#order.number) return;
      this.#order = order;
      if (this.notice !== null) for (const scope of this.#inHand) scope.cancel();
      onChange();
    };
    setHandler(parkSignal, take);
    setHandler(unparkSignal, take);
  }

  /** Who stopped the work; null while it goes on. */
  get notice(): StopNotice | null {
    return 'notice' in this.#order ? this.#order.notice : null;
  }

  /**
   * Runs a step so that a stop can call it back.
   *
   * @param isFinal whether an error stands, also when the step was called back
   */
  async run<T>(
    step: () => Promise<T>,
    { isFinal }: { isFinal: (error: unknown) => boolean },
  ): Promise<T | typeof CALLED_BACK> {
    if (this.notice !== null) return CALLED_BACK;
    const outer = CancellationScope.current();
    const scope = new CancellationScope();
    this.#inHand.add(scope);
    try {
      return await scope.run(step);
    } catch (error) {
      const calledBack = scope.consideredCancelled && !outer.consideredCancelled;
      // The server retries nothing that was called back, so that passing trouble arrives here, too.
      if (calledBack && (isCancellation(error) || !isFinal(error))) return CALLED_BACK;
      throw error;
    } finally {
      this.#inHand.delete(scope);
    }
  }
}
