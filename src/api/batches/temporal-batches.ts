import type { Client } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../contracts/jobs.ts';
import { TASK_QUEUES } from '../../contracts/task-queues.ts';
import { BATCH_WAKE, VIDEO_BATCH, type VideoBatchInput } from '../../contracts/video-batch.ts';
import { batchWindow } from '../../domain/batch.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { temporalPriorityKey } from '../../domain/priority.ts';
import { boundsOf, tierOf } from '../../domain/tiers.ts';
import type { Batch } from '../../ports/batch-catalogue.ts';
import { withTemporalErrors } from '../jobs/temporal-errors.ts';
import { uiSummary } from '../../domain/ui-text.ts';
import type { BatchWorkflows } from './batch-starter.ts';

const CALL_TIMEOUT_MS = 5000;
/** Ten events of history a look: some 2,500 in one run. */
const LOOKS_PER_RUN = 250;

/** @param prepare makes the namespace ready for workflows with our search attributes */
export const createTemporalBatches = (client: Client, prepare: () => Promise<void>): BatchWorkflows => {
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    withTemporalErrors(() => client.withDeadline(Date.now() + CALL_TIMEOUT_MS, work));
  return {
    start: ({ id, userId, tier, name, priority }: Batch) =>
      call(async () => {
        await prepare();
        const input: VideoBatchInput = {
          ...{ batchId: id, userId, windowSize: batchWindow(tierOf(tier)) },
          looksPerRun: LOOKS_PER_RUN,
        };
        await client.workflow.signalWithStart(VIDEO_BATCH, {
          workflowId: id,
          taskQueue: TASK_QUEUES.control,
          args: [input],
          signal: BATCH_WAKE,
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          priority: {
            priorityKey: temporalPriorityKey(priority),
            fairnessKey: userId,
            fairnessWeight: boundsOf(tier).weight,
          },
          typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.user, value: userId }],
          ...(name === null ? {} : { staticSummary: uiSummary(name) }),
        });
      }),

    wake: (batchId) =>
      call(() => client.workflow.getHandle(batchId).signal(BATCH_WAKE)).catch((error: unknown) => {
        // It has ended, or waits for its start.
        if (!ClipScribeError.is(error) || error.code !== 'JobNotFound') throw error;
      }),
  };
};
