import { expect, test } from 'vitest';
import { loadSettings } from '../../../src/config/settings.ts';
import { priceOf } from '../../../src/domain/model-prices.ts';

const pricesOf = (price: string | undefined) => {
  const url = 'https://api.example.org';
  const settings = loadSettings({
    CLIPSCRIBE_TRANSCRIPTION_URL: url,
    ...(price === undefined ? {} : { CLIPSCRIBE_TRANSCRIPTION_PRICE: price }),
  });
  const prices = settings.transcription?.priceUsdPerMinute;
  if (prices === undefined) throw new Error('There is no transcription server.');
  return (model: string) => priceOf(prices, model);
};

test('one price is that of all models, and without any they are free', () => {
  expect(pricesOf('0.006')('whisper-1')).toBe(0.006);
  expect(pricesOf(undefined)('whisper-1')).toBe(0);
});

test('a model that is named has its own price, and others the one without a name', () => {
  const priceFor = pricesOf('org/mini:v2=0.003, large = 0.01 ,0.006');
  expect(['org/mini:v2', 'large', 'whisper-1', 'constructor'].map(priceFor)).toEqual([
    0.003, 0.01, 0.006, 0.006,
  ]);
});

test('a model that nobody gave a price counts at the highest, so that no ceiling is passed unseen', () => {
  expect(pricesOf('mini=0.003,large=0.01')('whisper-1')).toBe(0.01);
});

test('a language model has the price of its name', () => {
  const priceFor = (name: string, price: string) =>
    loadSettings({
      CLIPSCRIBE_LANGUAGE_MODEL: name,
      CLIPSCRIBE_LANGUAGE_MODEL_URL: 'http://127.0.0.1:1/v1',
      CLIPSCRIBE_LANGUAGE_MODEL_PRICE: price,
    }).languageModel?.price;
  expect(priceFor('qwen3:8b', 'gpt-oss=1/2,qwen3:8b=0.1/0.4')).toEqual({ input: 0.1, output: 0.4 });
  expect(priceFor('qwen3:8b', 'gpt-oss=1/2,3/4')).toEqual({ input: 3, output: 4 });
  expect(priceFor('qwen3:8b', 'gpt-oss=1/2')).toBeUndefined();
});

test.each([
  ['mini=cheap', '"mini=cheap" is neither a price nor MODEL=PRICE'],
  ['-1', '"-1"'],
  ['mini=0.003,', '""'],
  ['=0.003', '"=0.003"'],
  ['mini=0.003,mini=0.004', 'mini is given twice'],
  ['0.003,0.004', 'The price of all other models is given twice'],
])('%s is refused, and the message says what is wrong', (price, fault) => {
  expect(() => pricesOf(price)).toThrow(fault);
  expect(() => pricesOf(price)).toThrow('CLIPSCRIBE_TRANSCRIPTION_PRICE');
});
