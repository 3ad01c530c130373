import type { Context } from '@temporalio/activity';
import { JOB_QUERIES } from '../contracts/jobs.ts';

/** An answer that takes longer is not waited for: the attempt is then cancelled. */
const ANSWER_MS = 3000;

/**
 * A signal for an attempt that finishes when all work is stopped: like the activity's own, but for the cancellation
 * by which an emergency stop calls a step back. Which of both it was, the workflow tells.
 */
export function attemptSignal(context: Context): AbortSignal {
  const own = new AbortController();
  const { cancellationSignal } = context;
  const decide = async (): Promise<void> => {
    if (!(await isParked(context))) own.abort(cancellationSignal.reason);
  };
  if (cancellationSignal.aborted) void decide();
  else cancellationSignal.addEventListener('abort', () => void decide(), { once: true });
  return own.signal;
}

async function isParked({ cancellationDetails, client, info }: Context): Promise<boolean> {
  const { workflowId, runId } = info.workflowExecution ?? {};
  if (cancellationDetails?.cancelRequested !== true || workflowId === undefined) return false;
  try {
    return await client.withDeadline(Date.now() + ANSWER_MS, () =>
      client.workflow.getHandle(workflowId, runId).query<boolean>(JOB_QUERIES.parked),
    );
  } catch {
    // Nobody answers, or it is no job.
    return false;
  }
}
