import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { describe, expect, test } from 'vitest';
import { createTestApi, type TestApi } from '../../support/api.ts';
import { settleAll, stepsOf, submit, talks, tokenOf, type BatchAnswer } from '../../support/batch-api.ts';

const follow = (api: TestApi, id: string, headers: Record<string, string> = {}): Promise<Response> =>
  api.send('GET', `/api/batches/${id}/events`, undefined, headers);

/** All events of a stream, to its end. */
async function eventsOf(
  answer: Response,
  onEvent: () => void = () => undefined,
): Promise<EventSourceMessage[]> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({
    onEvent: (event) => {
      events.push(event);
      onEvent();
    },
  });
  for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) parser.feed(text);
  return events;
}

const batchOf = ({ data }: EventSourceMessage): BatchAnswer => JSON.parse(data) as BatchAnswer;

/** Has all videos of a batch done. */
async function finish(api: TestApi, id: string): Promise<void> {
  await settleAll(api);
  await stepsOf(api).end(id);
}

describe('following a batch', () => {
  test('tells the whole batch whenever it has changed, and ends with it', async () => {
    const api = createTestApi();
    const { id } = await submit(api, { urls: talks(2) });
    await stepsOf(api).fill(id);
    let finishing: Promise<void> | undefined;
    const events = await eventsOf(await follow(api, id), () => {
      finishing ??= finish(api, id);
    });
    await finishing;
    expect(events.map(({ event }) => event)).toEqual(events.map(() => 'batch'));
    expect(events.map(batchOf)[0]).toMatchObject({ id, status: 'running', counts: { queued: 2 } });
    expect(events.map(batchOf).at(-1)).toMatchObject({ status: 'completed', counts: { completed: 2 } });
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  });

  test('goes on behind the last event, and says when there is no more', async () => {
    const api = createTestApi();
    const { id } = await submit(api, { urls: talks(1) });
    await stepsOf(api).fill(id);
    await finish(api, id);
    const [last] = await eventsOf(await follow(api, id, { 'last-event-id': 'what was before' }));
    expect(last === undefined ? undefined : batchOf(last)).toMatchObject({ status: 'completed' });
    expect((await follow(api, id, { 'last-event-id': last?.id ?? '' })).status).toBe(204);
  });

  test('is for its user alone', async () => {
    const api = createTestApi();
    const { id } = await submit(api, { urls: talks(1) });
    const other = await tokenOf(api, 'other@example.org', 'beta');
    expect((await follow(api, id, other)).status).toBe(404);
  });
});
