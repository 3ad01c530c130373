import { Context } from '@temporalio/activity';
import type { AcquiredAudio } from '../contracts/video-intelligence.ts';
import { QUERIES, SIGNALS } from '../contracts/video-intelligence.ts';
import type { AudioChunk } from '../domain/audio-chunk.ts';

/** Talks to the workflow that runs this activity. Its history is the truth about which chunks count. */
export interface WorkflowLink {
  /** What earlier attempts have delivered. */
  acquired(): Promise<AcquiredAudio>;
  /** Durable when it resolves. */
  chunksReady(chunks: AudioChunk[]): Promise<void>;
}

/** The link of the activity that calls it. */
export function currentWorkflow(): WorkflowLink {
  const { client, info } = Context.current();
  const { workflowId, runId } = info.workflowExecution ?? {};
  if (workflowId === undefined) throw new Error('This activity runs inside a workflow only.');
  const handle = client.workflow.getHandle(workflowId, runId);
  return {
    acquired: () => handle.query<AcquiredAudio>(QUERIES.acquired),
    chunksReady: (chunks) => handle.signal(SIGNALS.chunksReady, chunks),
  };
}
