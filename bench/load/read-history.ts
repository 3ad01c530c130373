import { defaultPayloadConverter } from '@temporalio/common';
import type { TranscribeChunkInput } from '../../src/contracts/video-speech-steps.ts';
import type { JobHistory } from '../../test/support/job-history.ts';
import type { ModelCall } from '../../test/support/model-ledger.ts';

type EventTime = NonNullable<JobHistory['events']>[number]['eventTime'];

/** A chunk whose transcript is in the job's history. */
export interface FinishedChunk {
  audioSha256: string;
  finishedAtMs: number;
}

/** The chunks of a job, in the order in which their transcripts came. */
export function finishedChunksOf({ events }: JobHistory): FinishedChunk[] {
  const scheduled = new Map<string, string>();
  const finished: FinishedChunk[] = [];
  for (const { eventId, eventTime, ...event } of events ?? []) {
    const start = event.activityTaskScheduledEventAttributes;
    const [payload] = start?.input?.payloads ?? [];
    if (start?.activityType?.name === 'transcribeChunk' && payload) {
      const { chunk } = defaultPayloadConverter.fromPayload<TranscribeChunkInput>(payload);
      scheduled.set(String(eventId), chunk.audio.sha256);
    }
    const end = event.activityTaskCompletedEventAttributes;
    const audioSha256 = end && scheduled.get(String(end.scheduledEventId));
    if (audioSha256) finished.push({ audioSha256, finishedAtMs: millisecondsOf(eventTime) });
  }
  return finished;
}

/** When a worker took the first step; Infinity where none did. */
export function firstStartMs({ events }: JobHistory): number {
  const first = events?.find(({ activityTaskStartedEventAttributes: started }) => started);
  return first === undefined ? Infinity : millisecondsOf(first.eventTime);
}

const millisecondsOf = (time: EventTime): number =>
  Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;

type CallOfChunk = Pick<ModelCall, 'audioSha256' | 'startedAtMs'>;

/** Calls of the model for a chunk whose transcript was there already, and transcripts that came twice. */
export function doneAgain(chunks: readonly FinishedChunk[], calls: readonly CallOfChunk[]): number {
  const byAudio = Map.groupBy(chunks, ({ audioSha256 }) => audioSha256);
  const twice = chunks.length - byAudio.size;
  const late = calls.filter(({ audioSha256, startedAtMs }) =>
    byAudio.get(audioSha256)?.some(({ finishedAtMs }) => startedAtMs > finishedAtMs),
  );
  return twice + late.length;
}

/** The time in which a job was open, with the chunks that it finished. */
export interface OpenJob {
  startedAtMs: number;
  endedAtMs: number;
  chunks: readonly FinishedChunk[];
}

/** Finished chunks that would be done again if each kill had the open jobs begin anew. */
export const chunksOfStartingOver = (jobs: readonly OpenJob[], killsAtMs: readonly number[]): number =>
  jobs
    .flatMap(({ startedAtMs, endedAtMs, chunks }) =>
      killsAtMs
        .filter((killMs) => killMs > startedAtMs && killMs < endedAtMs)
        .map((killMs) => chunks.filter(({ finishedAtMs }) => finishedAtMs < killMs).length),
    )
    .reduce((total, count) => total + count, 0);
