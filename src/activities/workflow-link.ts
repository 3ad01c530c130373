import { Context } from '@temporalio/activity';
import type { AcquiredAudio } from '../contracts/video-intelligence.ts';
import { QUERIES, SIGNALS } from '../contracts/video-intelligence.ts';
import type { AudioChunk } from '../domain/audio-chunk.ts';

/**
 * Talks to the workflow that runs this activity. Its history is the truth about which chunks count. Calls are
 * given up at the activity's cancellation: when the last worker drains, nobody is left to answer a query.
 */
export interface WorkflowLink {
  /** What earlier attempts have delivered. */
  acquired(): Promise<AcquiredAudio>;
  /** Durable when it resolves. */
  chunksReady(chunks: AudioChunk[]): Promise<void>;
}

/** The link of the activity that calls it. */
export function currentWorkflow(): WorkflowLink {
  const { client, info, cancelled } = Context.current();
  const { workflowId, runId } = info.workflowExecution ?? {};
  if (workflowId === undefined) throw new Error('This activity runs inside a workflow only.');
  const handle = client.workflow.getHandle(workflowId, runId);
  return {
    acquired: () => Promise.race([handle.query<AcquiredAudio>(QUERIES.acquired), cancelled]),
    chunksReady: (chunks) => Promise.race([handle.signal(SIGNALS.chunksReady, chunks), cancelled]),
  };
}
