import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Reads events until the stream ends; `advance` moves the clock and the job. */
function listen(answer: Response): {
  events: EventSourceMessage[];
  comments: string[];
  ended: Promise<void>;
} {
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: (event) => void events.push(event),
    onComment: (comment) => void comments.push(comment),
  });
  const ended = (async () => {
    for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) parser.feed(text);
  })();
  return { events, comments, ended };
}

const follow = (api: TestApi, id: string, lastEventId?: string): Promise<Response> =>
  api.send(
    'GET',
    `/api/jobs/${id}/events`,
    undefined,
    lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  );

describe('following a job', () => {
  test('names what changed, sends the whole status, and ends with the job', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    api.jobs.set(id, 'running');
    const stream = listen(await follow(api, id));
    await vi.advanceTimersByTimeAsync(1000);
    api.jobs.set(id, 'running', { stage: 'transcribe' });
    await vi.advanceTimersByTimeAsync(1000);
    api.jobs.set(id, 'running', { transcribedSeconds: 40 });
    await vi.advanceTimersByTimeAsync(1000);
    api.jobs.set(id, 'completed', { stage: 'publish' });
    await vi.advanceTimersByTimeAsync(1000);
    await stream.ended;
    expect(stream.events.map(({ event }) => event)).toEqual([
      'state',
      'stage',
      'stage',
      'progress',
      'state',
      'stage',
    ]);
    expect(JSON.parse(stream.events.at(-1)?.data ?? '')).toMatchObject({
      jobId: id,
      status: 'completed',
      progress: 100,
    });
  });

  test('says nothing twice to a listener that comes back with the last event id', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    api.jobs.set(id, 'running');
    const first = listen(await follow(api, id));
    await vi.advanceTimersByTimeAsync(100);
    const again = listen(await follow(api, id, first.events.at(-1)?.id));
    await vi.advanceTimersByTimeAsync(3000);
    expect(again.events).toEqual([]);
    api.jobs.set(id, 'cancelled');
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all([first.ended, again.ended]);
    expect(again.events.map(({ event }) => event)).toContain('state');
    expect((await follow(api, id, again.events.at(-1)?.id)).status).toBe(204);
  });

  test('asks once a second however many listen', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    api.jobs.set(id, 'running');
    const streams = await Promise.all(Array.from({ length: 20 }, () => follow(api, id)));
    const listening = streams.map(listen);
    const describeJob = vi.spyOn(api.jobs, 'describe');
    await vi.advanceTimersByTimeAsync(5000);
    expect(describeJob.mock.calls.length).toBeLessThanOrEqual(6);
    expect(describeJob.mock.calls.length).toBeGreaterThanOrEqual(4);
    api.jobs.set(id, 'failed', { failure: { code: 'CorruptMedia', message: 'Damaged.', stage: null } });
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all(listening.map(({ ended }) => ended));
  });

  test('survives Temporal being away, and keeps the connection awake', async () => {
    const api = createTestApi();
    const id = await submitted(api);
    api.jobs.set(id, 'running');
    const stream = listen(await follow(api, id));
    api.jobs.reachable = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(stream.comments).not.toEqual([]);
    api.jobs.reachable = true;
    api.jobs.set(id, 'completed');
    await vi.advanceTimersByTimeAsync(1000);
    await stream.ended;
    expect(JSON.parse(stream.events.at(-1)?.data ?? '')).toMatchObject({ status: 'completed' });
  });
});
