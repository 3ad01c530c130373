import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunkOf, failure } from '../../support/scripted-activities.ts';
import { ScriptedService, scriptedSegment, scriptedTranscript } from '../../support/scripted-service.ts';
import { until } from '../../support/until.ts';

type StreamEvent = OpenAI.Audio.TranscriptionStreamEvent;

/** OpenAI's own client reads the stream of the API, with a real Temporal server and scripted steps. */
let service: ScriptedService;
let client: OpenAI;

beforeAll(async () => {
  service = await ScriptedService.start();
  client = new OpenAI({ baseURL: `${service.api.address}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(async () => {
  await service.close();
  expect(service.defects).toEqual([]);
});

let count = 0;
/** A file that no other request sent. */
const newFile = (bytes = 1000): Promise<File> =>
  toFile(Buffer.alloc(bytes, `file ${(count += 1)} `), 'hearing.mp3', { type: 'audio/mpeg' });

const HEARD = ['Chunk 0.', 'Still chunk 0.', 'Chunk 1.', 'Still chunk 1.'];
const heard = scriptedTranscript({
  segments: HEARD.map((text, index) => scriptedSegment(`s${index}`, 'S1', index * 100, text)),
});
/** Two chunks of two sentences each. */
const hearing = (mayEnd: (index: number) => Promise<void>, published = heard) => ({
  chunks: [chunkOf(0, 100), chunkOf(1, 100)],
  overrides: {
    transcribeChunk: service.transcribing(mayEnd),
    publishResults: service.publishing(published),
  },
});
const atOnce = () => Promise.resolve();
const open = (file: File, fields: { response_format?: 'diarized_json' } = {}) =>
  client.audio.transcriptions.create({ file, model: 'whisper-1', stream: true, ...fields });
const deltasOf = (events: readonly StreamEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'transcript.text.delta' ? [event.delta] : []));

async function eventsOf(stream: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

test('a stream tells the text while it comes into being, then all of it', async () => {
  const file = await newFile();
  const second = Promise.withResolvers<void>();
  const script = hearing((index) => (index === 1 ? second.promise : Promise.resolve()));
  await service.withWorkers(script, async () => {
    const events: StreamEvent[] = [];
    for await (const event of await open(file)) {
      events.push(event);
      // The second chunk is heard once a client has the first.
      if (events.length === 2) second.resolve();
    }
    expect(deltasOf(events)).toEqual(['Chunk 0.', ' Still chunk 0.', ' Chunk 1.', ' Still chunk 1.']);
    expect(events.at(-1)).toEqual({ type: 'transcript.text.done', text: HEARD.join(' ') });
    expect(events).toHaveLength(5);
  });
  // Without workers nothing live can be asked for: the results have all.
  const again = await eventsOf(await open(file));
  expect(again.map(({ type }) => type)).toEqual(['transcript.text.delta', 'transcript.text.done']);
  expect(deltasOf(again)).toEqual([HEARD.join(' ')]);
});

test('a stream tells who spoke when that is known', async () => {
  await service.withWorkers(hearing(atOnce), async () => {
    const events = await eventsOf(await open(await newFile(), { response_format: 'diarized_json' }));
    expect(deltasOf(events).join('')).toBe(HEARD.join(' '));
    const segments = events.filter(({ type }) => type === 'transcript.text.segment');
    expect(segments).toMatchObject(
      HEARD.map((text, index) => ({ id: `s${index}`, speaker: 'Ada', start: index * 100, text })),
    );
    expect(events.at(-1)?.type).toBe('transcript.text.done');
  });
});

test('a stream ends with what the results say where they say something else', async () => {
  const corrected = scriptedTranscript({ segments: [scriptedSegment('s1', 'S1', 0, 'Chunk zero.')] });
  await service.withWorkers(hearing(atOnce, corrected), async () => {
    const events = await eventsOf(await open(await newFile()));
    expect(deltasOf(events).join('')).toBe(HEARD.join(' '));
    expect(events.at(-1)).toEqual({ type: 'transcript.text.done', text: 'Chunk zero.' });
  });
});

test('a client that leaves changes nothing for the job', async () => {
  const file = await newFile();
  const second = Promise.withResolvers<void>();
  const script = hearing((index) => (index === 1 ? second.promise : Promise.resolve()));
  await service.withWorkers(script, async () => {
    for await (const event of await open(file)) {
      expect(event).toEqual({ type: 'transcript.text.delta', delta: 'Chunk 0.' });
      break;
    }
    second.resolve();
    await until(async () => {
      const answer = await fetch(`${service.api.address}/api/jobs?limit=1`);
      const { jobs } = (await answer.json()) as { jobs: { status: string }[] };
      return jobs[0]?.status === 'completed';
    });
  });
});

test('a stream tells an error that comes later as an event, and one before it as any other answer', async () => {
  const overrides = { acquireAudio: () => Promise.reject(failure('MediaTooLarge')) };
  await service.withWorkers({ overrides }, async () => {
    const stream = await open(await newFile());
    await expect(eventsOf(stream)).rejects.toMatchObject({
      ...{ type: 'invalid_request_error', code: 'MediaTooLarge' },
    });
  });
  await expect(open(await newFile(0))).rejects.toMatchObject({ status: 422, code: 'EmptyFile' });
});
