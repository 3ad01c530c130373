import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createMistral } from '@ai-sdk/mistral';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel as SdkModel } from 'ai';

/** A model of a provider, `google/…`, `openai/…` or `mistral/…`, or one of another server by its own name. */
export interface ModelChoice {
  readonly name: string;
  /** Base URL of a server that speaks OpenAI's chat completions; undefined: the provider's own. */
  readonly url: string | undefined;
  readonly key: string | undefined;
}

/**
 * The SDK's model for a choice. Providers are always given a key, since they would otherwise take one from the
 * environment.
 *
 * @throws Error for a name without a known provider, which the settings do not let through
 */
export function providerModel({ name, url, key }: ModelChoice): SdkModel {
  const common = { fetch: fetchWithoutRedirects };
  if (url !== undefined) {
    return createOpenAICompatible({
      ...common,
      name: 'language-model',
      baseURL: url.replace(/\/+$/, ''),
      supportsStructuredOutputs: true,
      ...(key === undefined ? {} : { apiKey: key }),
    })(name);
  }
  const slash = name.indexOf('/');
  const model = name.slice(slash + 1);
  const settings = { ...common, apiKey: key ?? '' };
  switch (name.slice(0, Math.max(0, slash))) {
    case 'google':
      return createGoogleGenerativeAI(settings)(model);
    case 'openai':
      return createOpenAI(settings)(model);
    case 'mistral':
      return createMistral(settings)(model);
    default:
      throw new Error(`no provider for the language model ${name}`);
  }
}

/** A redirect would send transcripts, and perhaps the key, to where nobody said. */
const fetchWithoutRedirects: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'error' });
