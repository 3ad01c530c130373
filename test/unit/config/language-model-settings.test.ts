import { expect, test } from 'vitest';
import { loadSettings, SettingsError } from '../../../src/config/settings.ts';

const NAME = 'CLIPSCRIBE_LANGUAGE_MODEL';
const faultOf = (environment: NodeJS.ProcessEnv): string => {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return 'none';
};

test('a language model is a provider’s, with key and price', () => {
  const environment = {
    [NAME]: 'google/gemini-2.5-flash',
    [`${NAME}_KEY`]: 'secret',
    [`${NAME}_PRICE`]: '0.30/2.5',
  };
  expect(loadSettings(environment).languageModel).toEqual({
    name: 'google/gemini-2.5-flash',
    url: undefined,
    key: 'secret',
    price: { input: 0.3, output: 2.5 },
  });
  expect(environment).not.toHaveProperty(`${NAME}_KEY`);
});

test('a language model of a server of one’s own needs no key', () => {
  const settings = loadSettings({ [NAME]: 'qwen3:8b', [`${NAME}_URL`]: 'http://127.0.0.1:11434/v1' });
  expect(settings.languageModel).toMatchObject({ name: 'qwen3:8b', key: undefined, price: undefined });
});

test.each<[NodeJS.ProcessEnv, string]>([
  [{ [NAME]: 'gpt-4.1' }, 'google/NAME'],
  [{ [NAME]: 'openai/gpt-4.1' }, `${NAME}_KEY`],
  [{ [`${NAME}_URL`]: 'http://127.0.0.1:1/v1' }, NAME],
  [{ [NAME]: 'm', [`${NAME}_URL`]: 'http://127.0.0.1:1/v1', [`${NAME}_PRICE`]: 'free' }, `${NAME}_PRICE`],
])('%j is refused, and the message names the setting', (environment, name) => {
  expect(faultOf(environment)).toContain(name);
});

test('no language model is set at first', () => {
  expect(loadSettings({}).languageModel).toBeUndefined();
});
