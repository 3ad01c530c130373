import { Worker } from '@temporalio/worker';
import { chunkOf } from '../test/support/scripted-activities.ts';
import { startTemporal } from '../test/support/temporal-server.ts';
import { withJob, workflowCode } from '../test/support/workflow-harness.ts';
import type { Row } from './table.ts';

const CHUNK_SECONDS = 224;
const HOURS = 6;

/** (g) Six hours of speech in one workflow, with steps that do no work: what the history costs. */
export async function benchSixHours(): Promise<Row[]> {
  const environment = await startTemporal();
  const chunks = Array.from({ length: Math.ceil((HOURS * 3600) / CHUNK_SECONDS) }, (_, index) =>
    chunkOf(index, CHUNK_SECONDS),
  );
  try {
    return await withJob(environment, { statedDurationSeconds: HOURS * 3600, chunks }, async ({ handle }) => {
      await handle.result();
      const description = await handle.describe();
      const history = await handle.fetchHistory();
      const events = history.events ?? [];
      const largestBytes = Math.max(...events.flatMap((event) => payloadBytes(event)));
      const startedAt = performance.now();
      await Worker.runReplayHistory({ workflowBundle: await workflowCode() }, history, handle.workflowId);
      const replaySeconds = (performance.now() - startedAt) / 1000;
      return [
        {
          benchmark: `g · ${HOURS} h in one workflow, ${chunks.length} chunks`,
          measured: [
            `${events.length} events`,
            `${((description.historySize ?? 0) / 1024).toFixed(0)} KiB`,
            `largest payload ${(largestBytes / 1024).toFixed(1)} KiB`,
            `replay ${replaySeconds.toFixed(2)} s`,
          ].join(' · '),
          beside: 'Temporal: 51,200 events, 50 MB, 2 MB a payload',
          target: '≤ 10,240 events, ≤ 10 MB, ≤ 64 KiB, ≤ 2 s',
        },
      ];
    });
  } finally {
    await environment.teardown();
  }
}

/** Bytes of every payload inside an event, wherever it is. */
function payloadBytes(value: unknown): number[] {
  if (value === null || typeof value !== 'object') return [];
  const { data, metadata } = value as { data?: unknown; metadata?: unknown };
  if (data instanceof Uint8Array && metadata !== undefined) return [data.byteLength];
  return Object.values(value).flatMap(payloadBytes);
}
