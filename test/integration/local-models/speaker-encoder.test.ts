import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { endpointAt } from '../../../src/adapters/local-models/endpoint.ts';
import { createHttpSpeakerEncoder } from '../../../src/adapters/local-models/http-speaker-encoder.ts';
import { ModelServerClient } from '../../../src/adapters/local-models/model-server-client.ts';
import { NO_VOICES, withSample, withSuggestions } from '../../../src/domain/known-voices.ts';
import { dot, encodeEmbedding, unitEmbedding } from '../../../src/domain/voices.ts';
import { speakTexts } from '../../support/spoken-audio.ts';
import { startModelServer } from './model-server.ts';

const signal = AbortSignal.timeout(180_000);
/** Of the encoder that set-up installs. */
const SIMILARITY = 0.37;

describe('the speaker encoder on the real model server', () => {
  const { client } = startModelServer();
  const encoder = createHttpSpeakerEncoder(client, 'own');
  const HOST = { name: 'en-us+f3', wordsPerMinute: 150, pitch: 60 };
  const GUEST = { name: 'en-gb', wordsPerMinute: 150, pitch: 35 };

  const meanVoice = async (text: string, voice: typeof HOST): Promise<Float32Array> => {
    const { flac, spoken } = await speakTexts([text], 0.5, voice);
    const speechRegions = spoken.map(({ start, end }) => ({ start, end }));
    const { windows } = await encoder.embed(flac, { speechRegions, signal });
    const mean = new Float32Array(192);
    for (const { embedding } of windows)
      unitEmbedding(embedding).forEach((value, index) => (mean[index] = (mean[index] ?? 0) + value));
    const length = Math.sqrt(dot(mean, mean));
    return mean.map((value) => value / length);
  };

  test('hears the same voice in other words, and another voice in the same words', async () => {
    const first = await meanVoice('Where did the money for the plant come from?', HOST);
    const same = await meanVoice('And what will you build in the year to come?', HOST);
    const other = await meanVoice('And what will you build in the year to come?', GUEST);
    expect(dot(first, same)).toBeGreaterThan(dot(same, other) + 0.1);
  });

  test('tells a voice of another recording by the threshold of known voices, and no other one', async () => {
    const [voice, again, other] = await Promise.all([
      meanVoice('Where did the money for the plant come from? Nobody believed in it when we started.', HOST),
      meanVoice('And what will you build in the year to come? Every town wants one by now.', HOST),
      meanVoice('And what will you build in the year to come? Every town wants one by now.', GUEST),
    ]);
    const known = withSample(
      NO_VOICES,
      { id: 'voice_1', name: 'Ada' },
      {
        ...{ model: 'own', sameVoiceSimilarity: SIMILARITY, embedding: encodeEmbedding(voice) },
        ...{ jobId: 'job_1', seconds: 5, addedAt: '2026-11-25T12:00:00Z' },
      },
    );
    const speakers = ['S1', 'S2'].map((id, index) => ({ id, label: `Speaker ${index + 1}`, seconds: 5 }));
    const voices = [other, again].map((each, index) => ({
      ...{ speaker: `S${index + 1}`, embedding: encodeEmbedding(each) },
    }));
    const heard = { model: 'own', sameVoiceSimilarity: SIMILARITY, voices };
    const names = withSuggestions(speakers, heard, known).map(({ suggestion }) => suggestion?.name);
    expect(names).toEqual([undefined, 'Ada']);
    expect(withSuggestions(speakers.slice(0, 1), heard, known)[0]).not.toHaveProperty('suggestion');
  });

  test('answers with windows in order inside the speech, and with none where nobody speaks', async () => {
    const { flac, spoken } = await speakTexts(['One sentence of some length to listen to.'], 1);
    const speechRegions = spoken.map(({ start, end }) => ({ start, end }));
    const { model, sameVoiceSimilarity, windows } = await encoder.embed(flac, { speechRegions, signal });
    expect(model).toMatch(/campplus/);
    expect(sameVoiceSimilarity).toBe(SIMILARITY);
    expect(windows.length).toBeGreaterThan(2);
    for (const { start, end } of windows) {
      expect(start).toBeGreaterThanOrEqual((speechRegions[0]?.start ?? 0) - 0.01);
      expect(end).toBeLessThanOrEqual((speechRegions[0]?.end ?? 0) + 0.01);
    }
    expect((await encoder.embed(flac, { speechRegions: [], signal })).windows).toEqual([]);
  });
});

describe("another encoder's answers", () => {
  let answer = '';
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end(answer));
  }).listen(0, '127.0.0.1');
  const client = new ModelServerClient(() =>
    Promise.resolve(endpointAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, undefined)),
  );
  afterAll(async () => {
    await client.close();
    server.close();
  });
  const embed = () =>
    createHttpSpeakerEncoder(client, 'other').embed(new Uint8Array(4), { speechRegions: [], signal });
  const voices = (...windows: unknown[]) =>
    JSON.stringify({ model: 'other-1', sameVoiceSimilarity: 0.5, windows });

  test('are taken where they fit', async () => {
    answer = voices({ start: 0, end: 1, embedding: 'AQI=' }, { start: 0.4, end: 1.4, embedding: 'AwQ=' });
    expect((await embed()).windows).toHaveLength(2);
  });

  test.each([
    ['no JSON', '<html>'],
    ['another document', '{"ok":true}'],
    [
      'embeddings of two sizes',
      voices({ start: 0, end: 1, embedding: 'AQI=' }, { start: 1, end: 2, embedding: 'AQIDBAUG' }),
    ],
    ['an empty embedding', voices({ start: 0, end: 1, embedding: '' })],
    ['a window that ends before it begins', voices({ start: 2, end: 1, embedding: 'AQI=' })],
    [
      'windows out of order',
      voices({ start: 3, end: 4, embedding: 'AQI=' }, { start: 1, end: 2, embedding: 'AQI=' }),
    ],
  ])('are refused: %s', async (_, content) => {
    answer = content;
    await expect(embed()).rejects.toMatchObject({ code: 'ModelRejected' });
  });
});
