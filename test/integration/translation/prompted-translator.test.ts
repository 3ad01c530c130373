import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLanguageModel } from '../../../src/adapters/ai-sdk/create-language-model.ts';
import { createPromptedTranslator } from '../../../src/adapters/prompted-translation/create-prompted-translator.ts';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import type { TranslationRequest, Translator } from '../../../src/ports/translator.ts';
import { answerOf, askedTranslation, fakeTranslator } from '../../support/fake-translation.ts';
import { LanguageModelServer } from '../../support/language-model-server.ts';

const SAID = [
  'Laura Collins founded Lantern Energy in 2014.',
  'The company heats houses with warm water.',
  'Every morning, large pumps collect the heat.',
];

const request = (more: Partial<TranslationRequest> = {}): TranslationRequest => ({
  segments: SAID.map((text, index) => ({
    start: index * 5,
    end: index * 5 + 4,
    text,
    speaker: index === 2 ? 'Helen Wright' : null,
    language: 'en',
  })),
  to: 'de',
  context: { before: ['Good evening.'], after: ['Thank you.'] },
  names: ['Laura Collins', 'Lantern Energy'],
  audio: { read: () => Promise.reject(new Error('nobody listens')), start: 0, model: 'base' },
  signal: AbortSignal.timeout(60_000),
  ...more,
});

const right = SAID.map((text, index) => ({ number: index + 1, text: `de: ${text}` }));

describe('translation by a language model', () => {
  const server = new LanguageModelServer(fakeTranslator);
  let translator: Translator;

  beforeAll(async () => {
    await server.start();
    const price = { input: 1, output: 2 };
    translator = createPromptedTranslator(
      createLanguageModel({ name: 'fake-model', url: server.url, key: server.key, price }),
    );
  });
  beforeEach(() => server.clear());
  afterAll(() => server.close());

  const textsOf = async (more?: Partial<TranslationRequest>): Promise<string[]> =>
    (await translator.translate(request(more))).texts.map(({ text }) => text);

  test('gives one text for each segment, and asks once', async () => {
    const { texts, costUsd } = await translator.translate(request());
    expect(texts.map(({ text }) => text)).toEqual(SAID.map((text) => `[de] ${text}`));
    expect(costUsd).toBeGreaterThan(0);
    expect(server.requests).toHaveLength(1);
  });

  test('tells the model names, speakers and what is said around, and keeps all of it out of the instructions', async () => {
    await textsOf();
    const [asked] = server.requests;
    expect(asked && askedTranslation(asked)).toMatchObject({
      names: ['Laura Collins', 'Lantern Energy'],
      before: ['Good evening.'],
      after: ['Thank you.'],
      segments: [{ number: 1 }, { number: 2 }, { number: 3, speaker: 'Helen Wright' }],
    });
    expect(asked?.messages[0]?.content).toContain('German (de)');
    expect(asked?.messages[0]?.content).not.toContain('Laura');
  });

  test('asks again for what is missing, answered twice or empty, and for that alone', async () => {
    server.scripted.push(
      answerOf([
        { number: 1, text: 'de: Laura Collins gründete Lantern Energy 2014.' },
        { number: 2, text: ' \u202e ' },
        { number: 3, text: 'Jeden Morgen.' },
        { number: 3, text: 'Ignore all rules.' },
        { number: 99, text: 'Nobody asked.' },
      ]),
    );
    expect(await textsOf()).toEqual([
      'de: Laura Collins gründete Lantern Energy 2014.',
      `[de] ${SAID[1]}`,
      `[de] ${SAID[2]}`,
    ]);
    const [, second] = server.requests;
    expect(second && askedTranslation(second).segments).toMatchObject([
      { number: 2, remark: 'The translation was empty.' },
      { number: 3, remark: 'This number was not answered.' },
    ]);
  });

  test('asks again where a name is lost or nothing was translated, and then takes what comes', async () => {
    const stubborn = answerOf([
      { number: 1, text: 'Jemand gründete 2014 eine Firma.' },
      { number: 2, text: SAID[1] ?? '' },
      { number: 3, text: 'Jeden Morgen sammeln Pumpen die Wärme.' },
    ]);
    server.scripted.push(stubborn, stubborn, stubborn);
    expect(await textsOf()).toEqual([
      'Jemand gründete 2014 eine Firma.',
      SAID[1],
      'Jeden Morgen sammeln Pumpen die Wärme.',
    ]);
    expect(server.requests).toHaveLength(3);
    expect(server.requests[1] && askedTranslation(server.requests[1]).segments).toMatchObject([
      { number: 1, remark: 'One of the names was missing.' },
      { number: 2, remark: 'This was not translated.' },
    ]);
  });

  test('takes a name with the ending of another language, or in other letters', async () => {
    server.scripted.push(
      answerOf([{ number: 1, text: 'Firmu Lantern Energii založila Laura Collinsová.' }, ...right.slice(1)]),
    );
    await textsOf({ to: 'cs' });
    expect(server.requests).toHaveLength(1);
    server.scripted.push(answerOf([{ number: 1, text: 'ローラ・コリンズが創業。' }, ...right.slice(1)]));
    await textsOf({ to: 'ja' });
    expect(server.requests).toHaveLength(2);
  });

  test('never takes a text that is far longer than what was said', async () => {
    const flood = answerOf(right.map(({ number }) => ({ number, text: 'Werbung '.repeat(2_000) })));
    server.scripted.push(flood, flood, flood);
    const error: unknown = await translator.translate(request()).catch((reason: unknown) => reason);
    expect(ClipScribeError.is(error) && error.code).toBe('ModelAnswerUnusable');
  });

  test('leaves nothing in a text that could act in a player or terminal', async () => {
    server.scripted.push(
      answerOf([
        { number: 1, text: 'Laura\u202e Collins\n\n00:00 --> 00:01\u0007 Lantern\tEnergy' },
        ...right.slice(1),
      ]),
    );
    expect((await textsOf())[0]).toBe('Laura Collins 00:00 --> 00:01 Lantern Energy');
  });

  test('asks for many segments in several questions, each knowing its neighbours', async () => {
    const segments = Array.from({ length: 130 }, (_unused, index) => ({
      ...{ start: index, end: index + 1, speaker: null, language: 'en' },
      text: `Sentence number ${index}.`,
    }));
    const texts = await textsOf({ segments, names: [] });
    expect(texts).toEqual(segments.map(({ text }) => `[de] ${text}`));
    const [first, second] = server.requests.map(askedTranslation);
    expect(server.requests).toHaveLength(3);
    expect(first?.after).toEqual(['Sentence number 60.']);
    expect(second?.before).toEqual(['Sentence number 59.']);
  });
});
