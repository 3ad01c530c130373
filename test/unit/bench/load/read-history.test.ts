import { defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import {
  chunksOfStartingOver,
  doneAgain,
  finishedChunksOf,
  firstStartMs,
} from '../../../../bench/load/read-history.ts';
import type { JobHistory } from '../../../support/job-history.ts';

const at = (second: number) => ({ seconds: second, nanos: 500_000_000 });
const scheduled = (eventId: number, activity: string, sha256: string) => ({
  ...{ eventId, eventTime: at(eventId) },
  activityTaskScheduledEventAttributes: {
    activityType: { name: activity },
    input: { payloads: [defaultPayloadConverter.toPayload({ chunk: { audio: { sha256 } } })] },
  },
});
const started = (eventId: number, scheduledEventId: number) => ({
  ...{ eventId, eventTime: at(eventId) },
  activityTaskStartedEventAttributes: { scheduledEventId },
});
const completed = (eventId: number, scheduledEventId: number) => ({
  ...{ eventId, eventTime: at(eventId) },
  activityTaskCompletedEventAttributes: { scheduledEventId },
});
const history = {
  events: [
    scheduled(1, 'transcribeChunk', 'one'),
    scheduled(2, 'embedSpeakers', 'one'),
    scheduled(3, 'transcribeChunk', 'two'),
    started(4, 1),
    completed(5, 1),
    completed(6, 2),
  ],
} as unknown as JobHistory;

describe('what a history tells of the load', () => {
  it('has the chunks whose transcripts came, and when', () => {
    expect(finishedChunksOf(history)).toEqual([{ audioSha256: 'one', finishedAtMs: 5500 }]);
  });

  it('has the moment in which a worker took the first step', () => {
    expect(firstStartMs(history)).toBe(4500);
    expect(firstStartMs({ events: [] })).toBe(Infinity);
  });
});

describe('work that is done again', () => {
  const chunks = [{ audioSha256: 'one', finishedAtMs: 100 }];

  it('is a call of the model for a chunk that was finished', () => {
    const call = (startedAtMs: number, audioSha256 = 'one') => ({ audioSha256, startedAtMs });
    expect(doneAgain(chunks, [call(20), call(90)])).toBe(0);
    expect(doneAgain(chunks, [call(20), call(101), call(200, 'two')])).toBe(1);
  });

  it('is a chunk whose transcript came twice', () => {
    expect(doneAgain([...chunks, ...chunks], [])).toBe(1);
  });

  it('would be all finished chunks of the jobs that a kill has begin anew', () => {
    const job = {
      ...{ startedAtMs: 0, endedAtMs: 300 },
      chunks: [...chunks, { audioSha256: 'two', finishedAtMs: 200 }],
    };
    expect(chunksOfStartingOver([job], [50, 150, 250, 350])).toBe(0 + 1 + 2);
  });
});
