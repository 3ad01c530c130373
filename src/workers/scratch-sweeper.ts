import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Scratch } from '../activities/scratch.ts';

/** A job that ends while its files lie on a host where nothing of it runs any more leaves them no longer than this. */
const INTERVAL_MS = 10 * 60 * 1000;

type StateOf = Parameters<Scratch['sweep']>[1];

/** Of a job, as Temporal knows it. */
export const stateByTemporal =
  (client: Pick<Client, 'workflow'>): StateOf =>
  async (jobId) => {
    try {
      const { status } = await client.workflow.getHandle(jobId).describe();
      return status.name === 'RUNNING' ? 'running' : 'ended';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'unknown';
      throw error;
    }
  };

/**
 * Removes what ended jobs have left on this host, now and from time to time. Trouble is logged and tried again.
 *
 * @returns ends it
 */
export function sweepScratch(
  scratch: Pick<Scratch, 'sweep'>,
  { stateOf, logger }: { stateOf: StateOf; logger: Pick<Logger, 'warn'> },
): () => void {
  const sweep = (): void => {
    scratch
      .sweep(Date.now(), stateOf)
      .catch((error: unknown) => logger.warn({ error }, 'Scratch files could not be swept'));
  };
  sweep();
  const timer = setInterval(sweep, INTERVAL_MS);
  return () => clearInterval(timer);
}
