import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import type { ArtifactRef } from '../../../src/domain/artifact.ts';
import type { ArtifactStore } from '../../../src/ports/artifact-store.ts';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';
import { testFolder } from '../../support/test-folder.ts';

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
    // Less is known of a job without a worker, but it has ended all the same.
    api.jobs.hasWorker = false;
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

describe('reading along', () => {
  /** A chunk's transcript with these sentences, each ten seconds long. */
  const chunk = async (store: ArtifactStore, name: string, ...texts: string[]): Promise<ArtifactRef> =>
    store.put(
      `stages/transcribe/${name}.json`,
      JSON.stringify({
        ...{ language: 'en', languageProbability: 1, durationSeconds: 100 },
        segments: texts.map((text, index) => ({
          ...{ start: index * 10, end: index * 10 + 9, text, words: [], averageLogProbability: null },
        })),
      }),
    );
  const textsOf = (events: readonly EventSourceMessage[]): string[] =>
    events
      .filter(({ event }) => event === 'segment')
      .map(({ data }) => (JSON.parse(data) as { text: string }).text);

  async function readAlong() {
    const store = new LocalArtifactStore(testFolder());
    const api = createTestApi({ store });
    const id = await submitted(api);
    api.jobs.transcribed(id, await chunk(store, 'a', 'One.', 'Two.'));
    return { api, id, store };
  }

  test('a listener gets what is transcribed so far, then each chunk, and the end last', async () => {
    vi.useRealTimers();
    const { api, id, store } = await readAlong();
    const stream = listen(await follow(api, id));
    await vi.waitFor(() => expect(textsOf(stream.events)).toEqual(['One.', 'Two.']));
    api.jobs.transcribed(id, null);
    api.jobs.transcribed(id, await chunk(store, 'c', 'Three.'));
    await vi.waitFor(() => expect(textsOf(stream.events)).toEqual(['One.', 'Two.', 'Three.']), 5000);
    api.jobs.transcribed(id, await chunk(store, 'd', 'Four.'));
    api.jobs.set(id, 'completed', { stage: 'publish' });
    await stream.ended;
    expect(textsOf(stream.events)).toEqual(['One.', 'Two.', 'Three.', 'Four.']);
    const three = stream.events.find(({ data }) => data.includes('Three.'));
    expect(JSON.parse(three?.data ?? '')).toEqual({
      ...{ jobId: id, start: 200, end: 209, text: 'Three.', language: 'en' },
    });
    expect(JSON.parse(stream.events.at(-1)?.data ?? '')).toMatchObject({ status: 'completed' });
  });

  test('a listener that comes back with any of its event ids misses and repeats nothing', async () => {
    vi.useRealTimers();
    const { api, id, store } = await readAlong();
    api.jobs.transcribed(id, null);
    api.jobs.transcribed(id, await chunk(store, 'c', 'Three.', 'Four.'));
    api.jobs.set(id, 'completed', { stage: 'publish' });
    const whole = listen(await follow(api, id));
    await whole.ended;
    expect(textsOf(whole.events)).toEqual(['One.', 'Two.', 'Three.', 'Four.']);
    for (const [index, { id: eventId }] of whole.events.slice(0, -2).entries()) {
      const rest = listen(await follow(api, id, eventId));
      await rest.ended;
      expect(rest.events.map(({ data }) => data)).toEqual(
        whole.events.slice(index + 1).map(({ data }) => data),
      );
    }
    expect((await follow(api, id, whole.events.at(-1)?.id)).status).toBe(204);
  });

  test('a listener is cut off where a transcript cannot be understood, and others are not disturbed', async () => {
    vi.useRealTimers();
    vi.spyOn(console, 'error').mockReturnValue();
    const { api, id, store } = await readAlong();
    api.jobs.transcribed(id, await store.put('stages/transcribe/broken.json', 'null'));
    const stream = listen(await follow(api, id));
    await stream.ended;
    expect(textsOf(stream.events)).toEqual(['One.', 'Two.']);
    expect((await api.send('GET', `/api/jobs/${id}/status`)).status).toBe(200);
  });

  test.each(['', 'x', 'abc.def.1.1', '..9.9', `${'9'.repeat(90)}`])(
    'the id %j, which is none of this job, tells from the beginning',
    async (eventId) => {
      vi.useRealTimers();
      const { api, id } = await readAlong();
      api.jobs.set(id, 'completed', { stage: 'publish' });
      const stream = listen(await follow(api, id, eventId));
      await stream.ended;
      expect(textsOf(stream.events)).toEqual(['One.', 'Two.']);
    },
  );
});
