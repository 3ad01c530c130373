import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { Logger } from 'pino';
import { PROCESS_HEARTBEAT } from '../contracts/process-heartbeat.ts';

/** As often as the SDK's own heartbeats; see run-worker.ts. */
const INTERVAL_MS = 10_000;
const CALL_TIMEOUT_MS = 5000;
/** temporal.api.enums.v1.WorkerStatus */
const RUNNING = 1;

export interface MemoryReport {
  /** Of the SDK's workers in this process, which tell of the rest. */
  identity: string;
  /** From 0 to 1. */
  memoryShare: () => Promise<number>;
  logger: Pick<Logger, 'debug'>;
}

/**
 * Tells the Temporal server, now and from time to time, how much of its memory this process uses, as a heartbeat
 * {@link PROCESS_HEARTBEAT} that alerts read (R7). Trouble is logged and tried again: a server that takes no heartbeats
 * knows of no memory, and of no workers either.
 *
 * @returns ends it
 */
export function reportMemory(client: Client, { identity, memoryShare, logger }: MemoryReport): () => void {
  const { namespace } = client.options;
  const workerInstanceKey = randomUUID();
  const startTime = msToTs(Date.now());
  const report = async (): Promise<void> => {
    const currentHostMemUsage = await memoryShare();
    const beat = {
      ...{ workerInstanceKey, workerIdentity: identity, taskQueue: PROCESS_HEARTBEAT, status: RUNNING },
      hostInfo: { hostName: hostname(), processId: String(process.pid), currentHostMemUsage },
      ...{ startTime, heartbeatTime: msToTs(Date.now()) },
    };
    await client.withDeadline(Date.now() + CALL_TIMEOUT_MS, () =>
      client.workflowService.recordWorkerHeartbeat({ namespace, identity, workerHeartbeat: [beat] }),
    );
  };
  const tell = (): void => {
    report().catch((error: unknown) => logger.debug({ error }, 'The use of memory could not be told'));
  };
  tell();
  const timer = setInterval(tell, INTERVAL_MS);
  return () => clearInterval(timer);
}
