import { randomUUID } from 'node:crypto';
import { WorkflowFailedError, type Client } from '@temporalio/client';
import { APPLY_RETENTION, type ApplyRetentionInput } from '../../contracts/retention.ts';
import { TASK_QUEUES } from '../../contracts/task-queues.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { retentionResultSchema, type RetentionResult } from '../../domain/retention.ts';
import { withTemporalErrors } from '../jobs/temporal-errors.ts';

/** Looking through the store by hand, beside the schedule. */
export interface RetentionClient {
  /**
   * Applies retention now, or counts only.
   *
   * @returns undefined while it goes on; it ends by itself then
   * @throws ClipScribeError ServiceUnavailable, StorageUnavailable
   */
  apply(dryRun: boolean): Promise<{ workflowId: string; result: RetentionResult | undefined }>;
}

/** Longer than that, a client does better to look into the Temporal UI. */
const WAIT_MS = 25_000;

/** @param days from the settings */
export const createRetentionClient = (client: Client, days: number): RetentionClient => ({
  apply: (dryRun) =>
    withTemporalErrors(async () => {
      const input: ApplyRetentionInput = { days, dryRun };
      const workflowId = `retention-${randomUUID()}`;
      const handle = await client.workflow.start(APPLY_RETENTION, {
        workflowId,
        taskQueue: TASK_QUEUES.control,
        args: [input],
      });
      const timer = Promise.withResolvers<undefined>();
      const timeout = setTimeout(() => timer.resolve(undefined), WAIT_MS);
      try {
        const answer: unknown = await Promise.race([handle.result(), timer.promise]);
        return { workflowId, result: retentionResultSchema.optional().parse(answer) };
      } catch (cause) {
        if (!(cause instanceof WorkflowFailedError)) throw cause;
        const message = `Retention failed; the workflow ${workflowId} says why.`;
        throw new ClipScribeError('StorageUnavailable', message, { cause });
      } finally {
        clearTimeout(timeout);
      }
    }),
});
