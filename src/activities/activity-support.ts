import { Context } from '@temporalio/activity';
import { attemptSignal } from './attempt-signal.ts';
import type { StepMeasure } from '../contracts/measured.ts';

/** How often a running activity reports: cancellation reaches it with the answer (within two seconds in all). */
const HEARTBEAT_INTERVAL_MS = 1000;

/**
 * Heartbeats all the while `work` runs, with the newest details: also through set-up and upload, so that a
 * live worker is never taken for a dead one.
 *
 * @param work gets `report`, which sets the details that a next attempt will find, and the signal that is
 *   aborted by cancellation and by the worker's shutdown
 * @param finishesWhenParked whether it finishes what it has in hand when all work is stopped, as a call that is
 *   paid for should; false for steps that go on where they stopped
 */
export async function withHeartbeat<Details, Result>(
  work: (context: { report: (details: Details) => void; signal: AbortSignal }) => Promise<Result>,
  { finishesWhenParked = true }: { finishesWhenParked?: boolean } = {},
): Promise<Result> {
  const context = Context.current();
  let details: Details | undefined = context.info.heartbeatDetails as Details | undefined;
  const beat = (): void => context.heartbeat(details);
  const timer = setInterval(beat, HEARTBEAT_INTERVAL_MS);
  const ended = new AbortController();
  beat();
  try {
    const report = (newest: Details): void => {
      details = newest;
    };
    const signal = finishesWhenParked ? attemptSignal(context, ended.signal) : context.cancellationSignal;
    return await work({ report, signal });
  } finally {
    // The newest checkpoint must be known to the server also when the attempt fails.
    beat();
    clearInterval(timer);
    ended.abort();
  }
}

/** Times the work of one attempt; `costUsd` is what it paid to others. */
export async function measured<Result extends { cached: boolean; model?: string; costUsd?: number }>(
  work: () => Promise<Result>,
): Promise<{ result: Result; measure: StepMeasure }> {
  const startedAtMs = performance.now();
  const result = await work();
  const measure: StepMeasure = {
    seconds: Number(((performance.now() - startedAtMs) / 1000).toFixed(3)),
    attempt: Context.current().info.attempt,
    cached: result.cached,
    model: result.model ?? null,
    costUsd: result.costUsd ?? 0,
  };
  return { result, measure };
}
