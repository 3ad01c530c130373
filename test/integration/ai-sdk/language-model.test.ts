import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createLanguageModel } from '../../../src/adapters/ai-sdk/create-language-model.ts';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import type { LanguageModel } from '../../../src/ports/language-model.ts';
import { LanguageModelServer, type ChatAnswer } from '../../support/language-model-server.ts';

const schema = z.strictObject({ title: z.string().min(1), score: z.number() });
const RIGHT = JSON.stringify({ title: 'Heat from the sea', score: 7 });

describe('a language model behind chat completions', () => {
  const server = new LanguageModelServer(() => ({ content: RIGHT }));
  let model: LanguageModel;

  beforeAll(async () => {
    await server.start();
    model = createLanguageModel({
      name: 'fake-model',
      url: server.url,
      key: server.key,
      price: { input: 1, output: 2 },
    });
  });
  beforeEach(() => server.clear());
  afterAll(() => server.close());

  const ask = (signal: AbortSignal = AbortSignal.timeout(60_000), asked = model) =>
    asked.generate({
      instructions: 'Name the talk.',
      prompt: 'We heat houses with the sea.',
      schema,
      maximumOutputTokens: 500,
      signal,
    });

  const failureOf = async (...answers: ChatAnswer[]): Promise<ClipScribeError> => {
    server.scripted.push(...answers);
    const error: unknown = await ask().catch((reason: unknown) => reason);
    if (!ClipScribeError.is(error)) throw error;
    return error;
  };

  test('asks in the form of the schema, and gives the parsed answer', async () => {
    const { answer } = await ask();
    expect(answer).toEqual({ title: 'Heat from the sea', score: 7 });
    const [request] = server.requests;
    expect(request).toMatchObject({
      model: 'fake-model',
      max_tokens: 500,
      messages: [
        { role: 'system', content: 'Name the talk.' },
        { role: 'user', content: 'We heat houses with the sea.' },
      ],
      response_format: {
        type: 'json_schema',
        json_schema: { schema: { required: ['title', 'score'], additionalProperties: false } },
      },
    });
  });

  test('tells what it cost, by tokens and price', async () => {
    const { costUsd } = await ask();
    // The fake counts words as tokens: 9 asked, 4 answered.
    expect(costUsd).toBeCloseTo((9 * 1 + 4 * 2) / 1e6, 12);
  });

  test('costs nothing where no price is set', async () => {
    const free = createLanguageModel({ name: 'm', url: server.url, key: server.key, price: undefined });
    expect((await ask(undefined, free)).costUsd).toBe(0);
  });

  test.each([
    ['a code fence', `\`\`\`json\n${RIGHT}\n\`\`\``],
    ['a sentence before and behind', `Here you are: ${RIGHT} Anything else?`],
  ])('reads an answer with %s around it without asking again', async (_what, content) => {
    server.scripted.push({ content });
    expect((await ask()).answer.score).toBe(7);
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, ChatAnswer]>([
    ['is no JSON', { content: 'I would rather not.' }],
    ['is of another form', { content: JSON.stringify({ title: '', score: 'high', extra: 1 }) }],
    ['was cut off', { content: RIGHT.slice(0, 20), finishReason: 'length' }],
    ['is empty', { content: '' }],
    ['was withheld', { content: '', finishReason: 'content_filter' }],
  ])('asks once more where the answer %s, and counts both', async (_what, wrong) => {
    const once = (await ask()).costUsd;
    server.scripted.push(wrong);
    const { answer, costUsd } = await ask();
    expect(answer.title).toBe('Heat from the sea');
    expect(server.requests).toHaveLength(3);
    expect(costUsd).toBeGreaterThan(once);
  });

  test('gives up where the second answer cannot be used either', async () => {
    const wrong = { content: 'No.' };
    expect((await failureOf(wrong, wrong)).code).toBe('ModelAnswerUnusable');
    expect(server.requests).toHaveLength(2);
  });

  test.each<[ChatAnswer, string]>([
    [{ status: 429 }, 'RateLimited'],
    [
      { status: 429, error: { message: 'You exceeded your quota.', code: 'insufficient_quota' } },
      'ModelRejected',
    ],
    [
      { status: 404, error: { message: 'The model does not exist.', code: 'model_not_found' } },
      'ModelUnknown',
    ],
    [{ status: 400 }, 'ModelRejected'],
    [{ status: 403 }, 'ModelRejected'],
    [{ status: 500 }, 'ModelUnavailable'],
    [{ status: 529 }, 'ModelUnavailable'],
    ['hang up', 'ModelUnavailable'],
  ])('%j is %s, after one request', async (answer, code) => {
    expect((await failureOf(answer)).code).toBe(code);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1.5],
  ])('waits as long as %j asks for', async (headers, seconds) => {
    expect((await failureOf({ status: 429, headers })).retryAfterSeconds).toBe(seconds);
  });

  test('shows neither a key nor what was asked in an error', async () => {
    const stranger = createLanguageModel({
      name: 'm',
      url: server.url,
      key: 'sk-secret-9876543210',
      price: undefined,
    });
    const error: unknown = await ask(undefined, stranger).catch((reason: unknown) => reason);
    expect(ClipScribeError.is(error) && error.code).toBe('ModelRejected');
    const shown = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(shown).not.toMatch(/sk-secret|sk-wrong|heat houses/);
  });

  test('ends with the reason of an abort', async () => {
    server.scripted.push('say nothing');
    const controller = new AbortController();
    const asked = ask(controller.signal);
    await expect.poll(() => server.requests.length).toBe(1);
    const reason = new Error('cancelled');
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });
});
