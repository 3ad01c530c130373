import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type ApiServer } from '../../../src/api/server.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { PostgresServer } from '../../support/postgres-server.ts';
import { chunkOf } from '../../support/scripted-activities.ts';
import { ScriptedService } from '../../support/scripted-service.ts';

/** Two processes of the API behind one address, over one PostgreSQL and one Temporal, with the real workflow. */
let postgres: PostgresServer;
let service: ScriptedService;
let other: ApiServer;

beforeAll(async () => {
  postgres = await PostgresServer.start();
  const settings = { CLIPSCRIBE_DATABASE_URL: await postgres.createDatabase() };
  service = await ScriptedService.start({ ...settings });
  const mine = { CLIPSCRIBE_HOME: service.home, CLIPSCRIBE_API_PORT: '0', ...settings };
  other = await startServer(loadSettings(mine), (error) => service.defects.push(error));
});
afterAll(async () => {
  await other.close();
  await service.close();
  await postgres.close();
  expect(service.defects).toEqual([]);
});

/** Reads events of a job until `enough`, or to the end of the stream. */
async function listen(
  api: ApiServer,
  jobId: string,
  lastEventId: string | undefined,
  enough: (events: readonly EventSourceMessage[]) => boolean,
): Promise<EventSourceMessage[]> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  const leaving = new AbortController();
  const answer = await fetch(`${api.address}/api/jobs/${jobId}/events`, {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    signal: leaving.signal,
  });
  for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    parser.feed(text);
    if (enough(events)) break;
  }
  leaving.abort();
  return events;
}

const textsOf = (events: readonly EventSourceMessage[]): string[] =>
  events
    .filter(({ event }) => event === 'segment')
    .map(({ data }) => (JSON.parse(data) as { text: string }).text);

test('a listener that changes to another process goes on where it was, in order of time', async () => {
  const second = Promise.withResolvers<void>();
  const script = {
    chunks: [0, 1, 2, 3].map((index) => chunkOf(index, 100)),
    overrides: {
      transcribeChunk: service.transcribing((index) => (index === 1 ? second.promise : Promise.resolve())),
    },
  };
  await service.withWorkers(script, async () => {
    const submitted = await fetch(`${service.api.address}/api/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'https://example.org/live' }),
    });
    const { id } = (await submitted.json()) as { id: string };
    // The third and fourth chunk are done before the second, and wait for it.
    const before = await listen(service.api, id, undefined, (events) => {
      const status = events.findLast(({ event }) => event !== 'segment');
      const { chunksDone } = JSON.parse(status?.data ?? '{}') as { chunksDone?: number };
      return chunksDone === 3 && textsOf(events).length === 2;
    });
    expect(textsOf(before)).toEqual(['Chunk 0.', 'Still chunk 0.']);
    second.resolve();
    const after = await listen(other, id, before.at(-1)?.id, () => false);
    expect(textsOf(after)).toEqual(
      [1, 2, 3].flatMap((index) => [`Chunk ${index}.`, `Still chunk ${index}.`]),
    );
    expect(
      after.filter(({ event }) => event === 'segment').map(({ data }) => JSON.parse(data) as object),
    ).toContainEqual({ jobId: id, start: 101, end: 102, text: 'Chunk 1.', language: 'en' });
    expect(after.at(-1)?.data).toContain('"completed"');
    const again = await fetch(`${service.api.address}/api/jobs/${id}/events`, {
      headers: { 'last-event-id': after.at(-1)?.id ?? '' },
    });
    expect(again.status).toBe(204);
  });
});
