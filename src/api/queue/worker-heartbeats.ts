import type { Client } from '@temporalio/client';
import { grpcCodeOf } from '../jobs/temporal-errors.ts';

type WorkerList = Awaited<ReturnType<Client['workflowService']['listWorkers']>>;
export type Heartbeat = NonNullable<WorkerList['workersInfo'][number]['workerHeartbeat']>;

/** More than an installation has. */
const MOST_WORKERS = 1000;
/** gRPC status code of a call that the server does not know, or has switched off. */
const UNIMPLEMENTED = 12;

/**
 * Reads what workers tell of themselves; undefined where the server does not pass it on (`frontend.ListWorkersEnabled`).
 * Rejects with the errors of the client.
 */
export function heartbeatReader({
  workflowService,
  options,
}: Client): () => Promise<Heartbeat[] | undefined> {
  const { namespace } = options;
  let listsWorkers = true;
  return async () => {
    if (!listsWorkers) return undefined;
    try {
      const answer = await workflowService.listWorkers({ namespace, pageSize: MOST_WORKERS });
      const heartbeats = answer.workersInfo.flatMap(({ workerHeartbeat }) => workerHeartbeat ?? []);
      // Later servers than 1.29 list them without what they do.
      return heartbeats.length === 0 && answer.workers.length > 0 ? undefined : heartbeats;
    } catch (error) {
      if (grpcCodeOf(error) !== UNIMPLEMENTED) throw error;
      // The server writes an error into its log for each time.
      listsWorkers = false;
      return undefined;
    }
  };
}
