import { performance } from 'node:perf_hooks';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { Context } from '@temporalio/activity';
import type { StepMetrics, StepObservation } from '../ports/metrics.ts';

/** Tells the metrics of every attempt: which step, on which queue, for how long, and how it ended. */
export class StepObserver implements ActivityInboundCallsInterceptor {
  readonly #metrics: StepMetrics;

  constructor(metrics: StepMetrics) {
    this.#metrics = metrics;
  }

  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const { activityType, taskQueue } = Context.current().info;
    const startedAtMs = performance.now();
    const ended = (outcome: StepObservation['outcome']): void => {
      const seconds = (performance.now() - startedAtMs) / 1000;
      this.#metrics.stepEnded({ step: activityType, taskQueue, outcome, seconds });
    };
    try {
      const result: unknown = await next(input);
      ended('completed');
      return result;
    } catch (error) {
      ended(error instanceof CancelledFailure ? 'cancelled' : 'failed');
      throw error;
    }
  }
}
