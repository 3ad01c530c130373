import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';
import { JOB_QUERIES } from '../contracts/jobs.ts';

/** An answer that takes longer is not waited for: the attempt is then cancelled. */
const ANSWER_MS = 3000;
/** As often as a heartbeat would tell of a cancellation. */
const LOOK_INTERVAL_MS = 1000;

/**
 * A signal for an attempt that finishes when all work is stopped: like the activity's own, but for the cancellation
 * by which an emergency stop calls a step back. Which of both it was, the workflow tells. An activity is cancelled
 * once only: a user who cancels the job after the stop is asked for as long as the attempt lasts.
 *
 * @param ended aborted when the attempt is over
 */
export function attemptSignal(context: Context, ended: AbortSignal): AbortSignal {
  const own = new AbortController();
  const { cancellationSignal } = context;
  const decide = async (): Promise<void> => {
    if (await isParked(context)) await untilJobEnds(context, ended);
    if (!ended.aborted) own.abort(cancellationSignal.reason);
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

/** Resolves when somebody has cancelled the job, when its workflow is gone, or when the attempt is over. */
async function untilJobEnds({ client, info }: Context, ended: AbortSignal): Promise<void> {
  const { workflowId = '', runId } = info.workflowExecution ?? {};
  const handle = client.workflow.getHandle(workflowId, runId);
  while (!ended.aborted) {
    // Asked of the server, which knows without a worker. While it does not answer, the step goes on.
    const job = await client
      .withDeadline(Date.now() + ANSWER_MS, () => handle.describe())
      .catch(() => undefined);
    const isCancelled = job?.raw.workflowExtendedInfo?.cancelRequested === true;
    if (isCancelled || (job !== undefined && job.status.name !== 'RUNNING')) return;
    await sleep(LOOK_INTERVAL_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}
