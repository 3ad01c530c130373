import { expect, test } from 'vitest';
import { providerModel } from '../../../../src/adapters/ai-sdk/provider-model.ts';

test.each([
  ['google/gemini-2.5-flash', 'google', 'gemini-2.5-flash'],
  ['openai/gpt-4.1-mini', 'openai', 'gpt-4.1-mini'],
  ['mistral/mistral-small-latest', 'mistral', 'mistral-small-latest'],
])('%s is a model of %s', (name, provider, modelId) => {
  const model = providerModel({ name, url: undefined, key: 'key' });
  expect(model).toMatchObject({ modelId, provider: expect.stringContaining(provider) });
});

test('a server of one’s own gets the name as it is', () => {
  const model = providerModel({ name: 'google/gemma-3', url: 'http://127.0.0.1:9/v1/', key: undefined });
  expect(model).toMatchObject({ modelId: 'google/gemma-3', provider: 'language-model.chat' });
});

test('a provider that nobody knows is refused', () => {
  expect(() => providerModel({ name: 'gpt-4', url: undefined, key: 'key' })).toThrow('gpt-4');
});
