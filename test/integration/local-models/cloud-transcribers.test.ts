import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endpointAt } from '../../../src/adapters/local-models/endpoint.ts';
import { createHttpTranscriber } from '../../../src/adapters/local-models/http-transcriber.ts';
import { ModelServerClient } from '../../../src/adapters/local-models/model-server-client.ts';
import type { Transcriber } from '../../../src/ports/speech-models.ts';
import { readForm, type ReadForm } from '../../support/read-form.ts';

const KEY = 'sk-test-0123456789';

type Fields = ReadForm['fields'];

/** What the clouds answer, by what they were asked; a field that a model refuses is answered as they do. */
function answer(fields: Fields): { status: number; body: unknown } {
  const [model = ''] = fields['model'] ?? [];
  const refused = (message: string) => ({
    status: 400,
    body: { error: { message, type: 'invalid_request_error', param: null, code: null } },
  });
  if (model === 'gpt-4o-transcribe-diarize') {
    if (fields['timestamp_granularities[]']) return refused('timestamp_granularities is not supported.');
    if (!fields['chunking_strategy']) return refused('chunking_strategy is required for diarization models');
    return {
      status: 200,
      body: {
        ...{ task: 'transcribe', duration: 9.2, text: 'Good evening. Thank you.' },
        segments: [
          {
            type: 'transcript.text.segment',
            id: 'seg_1',
            start: 0.4,
            end: 4,
            text: ' Good evening.',
            speaker: 'A',
          },
          {
            type: 'transcript.text.segment',
            id: 'seg_2',
            start: 4.5,
            end: 9,
            text: ' Thank you.',
            speaker: 'B',
          },
        ],
        usage: { type: 'duration', seconds: 10 },
      },
    };
  }
  if (model === 'gpt-4o-transcribe') {
    const [format] = fields['response_format'] ?? [];
    if (format !== 'json') return refused(`response_format '${format}' is not compatible with model`);
    return { status: 200, body: { text: 'Good evening. Thank you.' } };
  }
  if (model.startsWith('voxtral')) {
    if (fields['language']) return refused('timestamp_granularities is not compatible with language');
    if (!fields['timestamp_granularities']?.includes('segment')) return refused('diarize needs segments');
    return {
      status: 200,
      body: {
        ...{ model, text: 'Good evening. Thank you.', language: null },
        segments: [
          {
            type: 'transcription_segment',
            text: 'Good evening.',
            start: 0.4,
            end: 4,
            speaker_id: 'speaker_1',
          },
          { type: 'transcription_segment', text: 'Thank you.', start: 4.5, end: 9, speaker_id: 'speaker_2' },
        ],
      },
    };
  }
  return { status: 404, body: { error: { message: 'No such model.', code: 'model_not_found' } } };
}

describe('transcribers of the clouds', () => {
  const asked: Fields[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { fields } = await readForm(request);
      asked.push(fields);
      const isAllowed = request.headers.authorization === `Bearer ${KEY}`;
      const { status, body: document } = isAllowed
        ? answer(fields)
        : {
            status: 401,
            body: { error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' } },
          };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
    })();
  });
  let client: ModelServerClient;
  let transcriber: Transcriber;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    client = new ModelServerClient(() => Promise.resolve(endpointAt(`http://127.0.0.1:${port}/v1`, KEY)));
    transcriber = createHttpTranscriber(client, {
      extensions: false,
      priceUsdPerMinute: { byModel: new Map([['gpt-4o-mini-transcribe', 0.003]]), otherwise: 0.006 },
    });
  });
  beforeEach(() => asked.splice(0));
  afterAll(async () => {
    await client.close();
    server.close();
  });

  const transcribe = (model: string) =>
    transcriber.transcribe(Uint8Array.of(1, 2, 3), {
      ...{ model, language: 'en', switching: 'never' },
      speechRegions: [{ start: 0.4, end: 9 }],
      signal: AbortSignal.timeout(60_000),
      onProgress: () => undefined,
    });

  test.each([
    ['gpt-4o-transcribe-diarize', ['A', 'B']],
    ['voxtral-mini-latest', ['speaker_1', 'speaker_2']],
  ])('%s tells who speaks', async (model, speakers) => {
    const { segments } = await transcribe(model);
    expect(segments.map(({ text, speaker, start }) => [text, speaker, start])).toEqual([
      ['Good evening.', speakers[0], 0.4],
      ['Thank you.', speakers[1], 4.5],
    ]);
  });

  test('gpt-4o-transcribe gives its text over the speech', async () => {
    const { segments, language } = await transcribe('gpt-4o-transcribe');
    expect(language).toBe('en');
    expect(segments).toMatchObject([{ start: 0.4, end: 9, text: 'Good evening. Thank you.' }]);
  });

  test('a model that nobody knows is asked as Whisper is', async () => {
    await expect(transcribe('whisper-9')).rejects.toMatchObject({ code: 'ModelUnknown' });
    expect(asked[0]).toMatchObject({
      response_format: ['verbose_json'],
      'timestamp_granularities[]': ['word', 'segment'],
      language: ['en'],
    });
  });

  test('costs by the second, and by the model', () => {
    expect(transcriber.priceUsdPerSecond('gpt-4o-transcribe')).toBeCloseTo(0.0001, 10);
    expect(transcriber.priceUsdPerSecond('gpt-4o-mini-transcribe')).toBeCloseTo(0.00005, 10);
  });
});
