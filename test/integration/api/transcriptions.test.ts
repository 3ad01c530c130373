import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TranscribeChunkInput } from '../../../src/contracts/video-speech-steps.ts';
import { failure, scriptedActivities } from '../../support/scripted-activities.ts';
import { ScriptedService, scriptedTranscript } from '../../support/scripted-service.ts';
import { until } from '../../support/until.ts';

/** OpenAI's own client against the API, with a real Temporal server and scripted steps. */
let service: ScriptedService;
let client: OpenAI;

beforeAll(async () => {
  service = await ScriptedService.start({ CLIPSCRIBE_MAX_DOWNLOAD_BYTES: '2000000' });
  client = new OpenAI({ baseURL: `${service.api.address}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(async () => {
  await service.close();
  expect(service.defects).toEqual([]);
});

let count = 0;
/** A file that no other request sent. */
const newFile = (bytes = 1000): Promise<File> =>
  toFile(Buffer.alloc(bytes, `file ${(count += 1)} `), 'Débat à Genève.mp3', { type: 'audio/mpeg' });

const transcript = scriptedTranscript();
const publishing = () => ({ overrides: { publishResults: service.publishing(transcript) } });
const TEXT = transcript.segments.map(({ text }) => text).join(' ');

interface ListedJob {
  id: string;
  source: string;
  status: string;
}
const listJobs = async (): Promise<ListedJob[]> => {
  const answer = await fetch(`${service.api.address}/api/jobs?limit=100`);
  return ((await answer.json()) as { jobs: ListedJob[] }).jobs;
};

describe('a transcription', () => {
  test('comes in every format that OpenAI has, from one job', async () => {
    const file = await newFile();
    const ask = { file, model: 'whisper-1' };
    await service.withWorkers(publishing(), async () => {
      const plain = await client.audio.transcriptions.create(ask);
      expect(plain).toEqual({ text: TEXT, usage: { type: 'duration', seconds: 12.5 } });
      const { create } = client.audio.transcriptions;
      const as = <Format extends 'text' | 'srt' | 'vtt'>(response_format: Format): Promise<string> =>
        create.call(client.audio.transcriptions, { ...ask, response_format }) as Promise<string>;
      expect(await as('text')).toBe(`${TEXT}\n`);
      expect(await as('srt')).toMatch(/^1\n00:00:00,500 --> 00:00:0/);
      expect(await as('vtt')).toMatch(/^WEBVTT/);
    });
    expect((await listJobs()).filter(({ source }) => source === 'Débat à Genève.mp3')).toHaveLength(1);
  });

  test('tells segments, words and speakers with their times', async () => {
    const file = await newFile();
    await service.withWorkers(publishing(), async () => {
      const verbose = await client.audio.transcriptions.create({
        ...{ file, model: 'whisper-1', response_format: 'verbose_json', language: 'en' },
        timestamp_granularities: ['word', 'segment'],
      });
      expect(verbose).toMatchObject({ task: 'transcribe', language: 'english', duration: 12.5, text: TEXT });
      expect(verbose.segments?.map(({ id, start }) => [id, start])).toEqual([
        [0, 0.5],
        [1, 6],
      ]);
      expect(verbose.segments?.[0]?.avg_logprob).toBeCloseTo(Math.log(0.9));
      expect(verbose.words?.[1]).toEqual({ word: 'morning,', start: 1, end: 1.4 });
      const words = await client.audio.transcriptions.create({
        ...{ file, model: 'whisper-1', response_format: 'verbose_json', language: 'en' },
        timestamp_granularities: ['word'],
      });
      expect(words.segments).toBeUndefined();
      const diarized = await client.audio.transcriptions.create({
        ...{ file, model: 'gpt-4o-transcribe-diarize', response_format: 'diarized_json', language: 'en' },
      });
      expect(diarized).toMatchObject({
        segments: [{ speaker: 'Ada', start: 0.5 }, { speaker: 'Speaker 2' }],
      });
    });
  });

  test('uses the model and language that were asked for', async () => {
    const seen: TranscribeChunkInput[] = [];
    const { activities } = scriptedActivities({ statedDurationSeconds: 1, chunks: [] });
    const transcribeChunk = async (input: TranscribeChunkInput) => {
      seen.push(input);
      return activities.transcribeChunk(input);
    };
    const script = { overrides: { ...publishing().overrides, transcribeChunk } };
    const file = await newFile();
    await service.withWorkers(script, () =>
      client.audio.transcriptions.create({ file, model: 'large-v3', language: 'fr' }),
    );
    expect(seen[0]).toMatchObject({ model: 'large-v3', language: 'fr' });
  });

  test('is not lost when the client hangs up, and the same request comes to the same job', async () => {
    const file = await newFile();
    const ask = { file, model: 'whisper-1' };
    const hangUp = new AbortController();
    const before = (await listJobs()).length;
    const asking = client.audio.transcriptions.create(ask, { signal: hangUp.signal });
    const refused = expect(asking).rejects.toThrow(/aborted/);
    await until(async () => (await listJobs()).length === before + 1);
    hangUp.abort();
    await refused;
    await service.withWorkers(publishing(), async () => {
      const [one, other] = await Promise.all([
        client.audio.transcriptions.create(ask),
        client.audio.transcriptions.create(ask),
      ]);
      expect(one.text).toBe(TEXT);
      expect(other.text).toBe(TEXT);
    });
    expect(await listJobs()).toHaveLength(before + 1);
  });

  test('leaves nothing on the disk beside one upload, which the job removes', async () => {
    const file = await newFile();
    const uploads = async (): Promise<number> => {
      let found = 0;
      for await (const { key } of service.store.list('uploads')) found += key === '' ? 0 : 1;
      return found;
    };
    const before = await uploads();
    await service.withWorkers(publishing(), () =>
      Promise.all([1, 2, 3].map(() => client.audio.transcriptions.create({ file, model: 'whisper-1' }))),
    );
    expect(readdirSync(join(service.home, 'work'))).toEqual([]);
    // The file and the note of one.
    expect(await uploads()).toBe(before + 2);
  });
});

describe('an error', () => {
  test.each([
    [{ response_format: 'pdf' }, 'response_format'],
    [{ language: 'English' }, 'language'],
    [{ stream: true, response_format: 'srt' }, 'stream'],
    [{ model: '' }, 'model'],
    [{ known_speaker_names: ['Ada'] }, 'known_speaker_names'],
  ])('of the fields %j names the field, in the shape that OpenAI has', async (fields, param) => {
    const ask = { file: await newFile(), model: 'whisper-1', ...fields } as never;
    await expect(client.audio.transcriptions.create(ask)).rejects.toMatchObject({
      ...{ status: 422, type: 'invalid_request_error', code: 'InvalidInput', param },
    });
  });

  test('tells that a file is too large, empty, or missing', async () => {
    const send = (file: File) => client.audio.transcriptions.create({ file, model: 'whisper-1' });
    await expect(send(await newFile(2_000_001))).rejects.toMatchObject({
      ...{ status: 413, code: 'MediaTooLarge', message: expect.stringContaining('2000000 bytes') as string },
    });
    await expect(send(await newFile(0))).rejects.toMatchObject({ code: 'EmptyFile' });
    for (const body of [new FormData(), JSON.stringify({ model: 'whisper-1' })]) {
      const answer = await fetch(`${service.api.address}/v1/audio/transcriptions`, { method: 'POST', body });
      expect(await answer.json()).toMatchObject({ error: { code: 'InvalidInput' } });
    }
    expect(readdirSync(join(service.home, 'work'))).toEqual([]);
  });

  test('of the job is told with its own code, and the next request begins a new job', async () => {
    const file = await newFile();
    const overrides = { acquireAudio: () => Promise.reject(failure('MediaTooLarge')) };
    const ask = { file, model: 'whisper-1' };
    await service.withWorkers({ overrides }, async () => {
      await expect(client.audio.transcriptions.create(ask)).rejects.toMatchObject({
        ...{ status: 413, code: 'MediaTooLarge' },
      });
      await until(async () => (await listJobs())[0]?.status === 'failed');
    });
    await service.withWorkers(publishing(), async () => {
      expect((await client.audio.transcriptions.create(ask)).text).toBe(TEXT);
    });
  });

  test('about an unknown model leaves no job behind that waits for nobody', async () => {
    const file = await newFile();
    const overrides = { transcribeChunk: () => Promise.reject(failure('ModelUnknown')) };
    await service.withWorkers({ overrides }, async () => {
      await expect(client.audio.transcriptions.create({ file, model: 'whisper-9' })).rejects.toMatchObject({
        code: 'ModelUnknown',
        message: expect.stringMatching(/job_\w+ was cancelled/) as string,
      });
      await until(async () => (await listJobs()).every(({ status }) => status !== 'needs_attention'));
    });
  });

  test('does not wait for somebody who may never come', async () => {
    const file = await newFile();
    const overrides = { acquireAudio: () => Promise.reject(failure('DiskFull')) };
    await service.withWorkers({ overrides }, async () => {
      await expect(client.audio.transcriptions.create({ file, model: 'whisper-1' })).rejects.toMatchObject({
        code: 'DiskFull',
        message: expect.stringMatching(/job_\w+ waits/) as string,
      });
    });
  });

  test('tells of an Idempotency-Key that came with another file', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const hangUp = new AbortController();
    const ask = async (): Promise<unknown> =>
      client.audio.transcriptions.create(
        { file: await newFile(), model: 'whisper-1' },
        { headers, signal: hangUp.signal },
      );
    const before = (await listJobs()).length;
    const first = ask().catch(() => undefined);
    await until(async () => (await listJobs()).length === before + 1);
    await expect(ask()).rejects.toMatchObject({ status: 422, code: 'InvalidInput' });
    hangUp.abort();
    await first;
  });
});

test('models are listed and found', async () => {
  const models = await client.models.list();
  expect(models.data.map(({ id }) => id)).toEqual(expect.arrayContaining(['base', 'whisper-1']));
  expect(await client.models.retrieve('whisper-1')).toMatchObject({ id: 'whisper-1', object: 'model' });
  await expect(client.models.retrieve('gpt-9')).rejects.toMatchObject({ status: 404, code: 'NotFound' });
});
