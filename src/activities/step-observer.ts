import { performance } from 'node:perf_hooks';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { StepMetrics, StepObservation } from '../ports/metrics.ts';

/** What steps of reels say of the files that they have made. */
const madeSchema = z.object({
  measure: z.object({ cached: z.literal(false) }),
  video: z.object({ bytes: z.number() }).nullish(),
  audio: z.object({ bytes: z.number() }).nullish(),
  reel: z.object({ bytes: z.number() }).nullish(),
});

function mediaBytesOf(result: unknown): number {
  const { video, audio, reel } = madeSchema.safeParse(result).data ?? {};
  return (video?.bytes ?? 0) + (audio?.bytes ?? 0) + (reel?.bytes ?? 0);
}

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
    const ended = (outcome: StepObservation['outcome'], mediaBytes = 0): void => {
      const seconds = (performance.now() - startedAtMs) / 1000;
      this.#metrics.stepEnded({ step: activityType, taskQueue, outcome, seconds, mediaBytes });
    };
    try {
      const result: unknown = await next(input);
      ended('completed', mediaBytesOf(result));
      return result;
    } catch (error) {
      ended(error instanceof CancelledFailure ? 'cancelled' : 'failed');
      throw error;
    }
  }
}
