import type { Client } from '@temporalio/client';
import { ClipScribeError } from '../../domain/errors.ts';
import { withTemporalErrors } from '../jobs/temporal-errors.ts';

/** A history of six hours of video has a few megabytes. */
const TIMEOUT_MS = 60_000;

/**
 * Reads what the newest run of a workflow has been told and has brought about, as text; empty where there is none.
 * Rejects with `ServiceUnavailable` while Temporal is away.
 */
export const createHistoryText =
  (client: Client) =>
  async (workflowId: string): Promise<string> => {
    try {
      const { events } = await withTemporalErrors(() =>
        client.withDeadline(Date.now() + TIMEOUT_MS, () =>
          client.workflow.getHandle(workflowId).fetchHistory(),
        ),
      );
      return bytesIn(events)
        .map((bytes) => Buffer.from(bytes).toString())
        .join('\n');
    } catch (error) {
      if (ClipScribeError.is(error) && error.code === 'JobNotFound') return '';
      throw error;
    }
  };

/** Payloads carry their data as bytes, wherever in an event they are. */
function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bytesIn) : [];
}
