import { generateText, NoObjectGeneratedError, NoOutputGeneratedError, Output } from 'ai';
import { ClipScribeError } from '../../domain/errors.ts';
import { tokenCostUsd, type TokenPrice, type TokenUsage } from '../../domain/token-price.ts';
import type { LanguageModel, LanguageModelRequest } from '../../ports/language-model.ts';
import { errorOfProvider } from './provider-errors.ts';
import { providerModel, type ModelChoice } from './provider-model.ts';
import { readAnswer } from './read-answer.ts';

export interface LanguageModelOptions extends ModelChoice {
  price: TokenPrice | undefined;
}

/** The longest that one answer may take: a server may hang while its connection stands. */
const REQUEST_TIMEOUT_MS = 5 * 60_000;
/** The first question, and one more where the answer cannot be used. */
const QUESTIONS = 2;

const again = (fault: string): string =>
  `Your last answer was not what was asked for:\n${fault}\nAnswer again, with the JSON object alone.`;

/** A language model by the AI SDK. Retries are Temporal's; here an answer is only asked for once more. */
export function createLanguageModel({ price, ...choice }: LanguageModelOptions): LanguageModel {
  // The SDK would print what a provider does not support to the console.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const model = providerModel(choice);

  async function ask<Answer>(
    { instructions, prompt, schema, maximumOutputTokens, signal }: LanguageModelRequest<Answer>,
    fault: string | undefined,
  ): Promise<{ text: string | undefined; usage: TokenUsage }> {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    try {
      const { text, usage } = await generateText({
        model,
        instructions,
        prompt: fault === undefined ? prompt : `${prompt}\n\n${again(fault)}`,
        output: Output.object({ schema }),
        maxOutputTokens: maximumOutputTokens,
        maxRetries: 0,
        abortSignal: AbortSignal.any([signal, timeout]),
      });
      return { text, usage: tokensOf(usage) };
    } catch (error) {
      signal.throwIfAborted();
      if (NoObjectGeneratedError.isInstance(error)) return { text: error.text, usage: tokensOf(error.usage) };
      if (NoOutputGeneratedError.isInstance(error)) return { text: undefined, usage: tokensOf(undefined) };
      throw errorOfProvider(error);
    }
  }

  return {
    identity: choice.name,
    generate: async (request) => {
      let costUsd = 0;
      let fault: string | undefined;
      for (let question = 0; question < QUESTIONS; question += 1) {
        const { text, usage } = await ask(request, fault);
        costUsd += tokenCostUsd(usage, price);
        const read = readAnswer(text ?? '', request.schema);
        if ('answer' in read) return { answer: read.answer, costUsd };
        ({ fault } = read);
      }
      throw new ClipScribeError(
        'ModelAnswerUnusable',
        `${choice.name} did not answer in the form that was asked for.`,
        { costUsd },
      );
    },
  };
}

/** Servers that do not count tokens cost nothing that we could know of. */
const tokensOf = (
  usage: { inputTokens: number | undefined; outputTokens: number | undefined } | undefined,
): TokenUsage => ({ inputTokens: usage?.inputTokens ?? 0, outputTokens: usage?.outputTokens ?? 0 });
