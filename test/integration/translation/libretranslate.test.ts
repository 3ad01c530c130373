import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLibreTranslateTranslator } from '../../../src/adapters/libretranslate/create-libretranslate-translator.ts';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import type { TranslationRequest, Translator } from '../../../src/ports/translator.ts';
import { LibreTranslateServer } from '../../support/libretranslate-server.ts';

const signal = AbortSignal.timeout(60_000);

const request = (texts: string[], to = 'de', language = 'en'): TranslationRequest => ({
  segments: texts.map((text, index) => ({ start: index, end: index + 1, text, speaker: null, language })),
  to,
  context: { before: [], after: [] },
  names: ['Laura Collins'],
  audio: { read: () => Promise.reject(new Error('nobody listens')), start: 0, model: 'base' },
  signal,
});

describe('translation by LibreTranslate', () => {
  const server = new LibreTranslateServer();
  let translator: Translator;

  beforeAll(async () => {
    await server.start();
    translator = createLibreTranslateTranslator({ url: server.url, key: server.key });
  });
  beforeEach(() => server.clear());
  afterAll(() => server.close());

  const textsOf = async (...asked: Parameters<typeof request>): Promise<string[]> =>
    (await translator.translate(request(...asked))).texts.map(({ text }) => text);

  test.each([
    ['en', 'de', true],
    ['en', 'pt-BR', true],
    ['en', 'zh', true],
    ['it', 'en', true],
    ['it', 'de', false],
    ['sw', 'de', false],
  ])('knows whether the server translates %s into %s', async (from, to, can) => {
    expect(await translator.canTranslate(from, to, signal)).toBe(can);
  });

  test('gives one text for each segment, in order', async () => {
    expect(await textsOf(['One.', 'Two.'])).toEqual(['de: One.', 'de: Two.']);
    expect(server.requests).toMatchObject([{ source: 'en', target: 'de', format: 'text' }]);
  });

  test('uses the code that the server has for a language', async () => {
    expect(await textsOf(['One.'], 'pt-BR')).toEqual(['pb: One.']);
  });

  test('keeps within what public servers take at once', async () => {
    const texts = Array.from(
      { length: 60 },
      (_unused, index) => `Sentence ${index} ${'word '.repeat(20)}end.`,
    );
    expect(await textsOf(texts)).toEqual(texts.map((text) => `de: ${text}`));
    expect(server.requests.length).toBeGreaterThan(2);
  });

  test('asks again with the name marked where the name was lost, and for those texts alone', async () => {
    expect(await textsOf(['Laura Collins & Co. < 3', 'The sea.'])).toEqual([
      'de: Laura Collins & Co. < 3',
      'de: The sea.',
    ]);
    expect(server.requests.map(({ format, q }) => [format, q.length])).toEqual([
      ['text', 2],
      ['html', 1],
    ]);
  });

  test.each([
    [
      { status: 429, error: 'Slowdown: 10 per 1 minute', headers: { 'retry-after': '12' } },
      'RateLimited',
      12,
    ],
    [{ status: 500, error: 'Cannot translate text' }, 'ModelUnavailable', undefined],
    [{ status: 403, error: 'Invalid API key' }, 'ModelRejected', undefined],
    [{ status: 400, error: 'Invalid request' }, 'ModelRejected', undefined],
  ])('%j is %s', async (failure, code, retryAfterSeconds) => {
    server.failures.push(failure);
    const error: unknown = await textsOf(['One.']).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, retryAfterSeconds });
    expect(ClipScribeError.is(error) && error.message).not.toContain(server.key);
  });

  test('says that a server is away', async () => {
    const away = createLibreTranslateTranslator({ url: 'http://127.0.0.1:9', key: undefined });
    await expect(away.canTranslate('en', 'de', signal)).rejects.toMatchObject({ code: 'ModelUnavailable' });
  });
});
