import type { Client } from '@temporalio/client';
import { downloadQueue } from '../../contracts/task-queues.ts';
import { withTemporalErrors } from '../jobs/temporal-errors.ts';
import { dateOf } from '../jobs/temporal-records.ts';

/** temporal.api.enums.v1.TaskQueueType */
const ACTIVITY = 2;
/** A download worker without work asks anew every half minute. */
const POLLER_LIVES_MS = 45_000;
const CALL_TIMEOUT_MS = 5000;

/**
 * Whether a download worker of the user's has asked for work lately. One that is busy with other videos does not.
 *
 * @throws ClipScribeError ServiceUnavailable
 */
export async function hasDownloadWorker(client: Client, userId: string): Promise<boolean> {
  const { pollers } = await withTemporalErrors(() =>
    client.withDeadline(Date.now() + CALL_TIMEOUT_MS, () =>
      client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: downloadQueue(userId) },
        taskQueueType: ACTIVITY,
      }),
    ),
  );
  const since = Date.now() - POLLER_LIVES_MS;
  return pollers.some(({ lastAccessTime }) => (dateOf(lastAccessTime)?.getTime() ?? 0) > since);
}
