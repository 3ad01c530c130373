import { ClipScribeError } from '../../domain/errors.ts';
import { isFatal, tidied, translationFault } from '../../domain/translation-check.ts';
import type { LanguageModel } from '../../ports/language-model.ts';
import type { TranslationRequest, Translator } from '../../ports/translator.ts';
import {
  answerSchema,
  translationInstructions,
  translationPrompt,
  type AskedSegment,
} from './translation-prompt.ts';

/** Part of the stage cache key: raised when the prompt or the rules for its answers change. */
const VERSION = 1;
/** Segments of one question: with many more, models begin to lose count. */
const SEGMENTS_PER_QUESTION = 60;
/** The first question, and two more for what is wrong with its answer. */
const QUESTIONS = 3;
/** Much more than a window's text has in any language; models that think need the rest. */
const MAXIMUM_OUTPUT_TOKENS = 16_000;

/**
 * Translation by a language model, between any languages. Answers are checked segment by segment, and only what is
 * wrong is asked for again.
 */
export const createPromptedTranslator = (model: LanguageModel): Translator => ({
  identity: `${model.identity}+${VERSION}`,
  listens: false,
  canTranslate: () => Promise.resolve(true),
  translate: async (request) => {
    const texts: string[] = [];
    let costUsd = 0;
    for (let start = 0; start < request.segments.length; start += SEGMENTS_PER_QUESTION) {
      const part = await translatePart(model, {
        ...request,
        ...partOf(request, start, start + SEGMENTS_PER_QUESTION),
      });
      texts.push(...part.texts);
      costUsd += part.costUsd;
    }
    return { texts: texts.map((text) => ({ text, words: [] })), costUsd };
  },
});

/** Some of the segments, with their neighbours as context. */
function partOf({ segments, context }: TranslationRequest, start: number, end: number) {
  const textsOf = (from: number, to: number): string[] => segments.slice(from, to).map(({ text }) => text);
  return {
    segments: segments.slice(start, end),
    context: {
      before: start === 0 ? context.before : textsOf(Math.max(0, start - context.before.length), start),
      after: end >= segments.length ? context.after : textsOf(end, end + context.after.length),
    },
  };
}

/** @throws ClipScribeError `ModelAnswerUnusable` where something is missing after all questions */
async function translatePart(
  model: LanguageModel,
  request: TranslationRequest,
): Promise<{ texts: string[]; costUsd: number }> {
  const { segments, names, to, signal } = request;
  const accepted = new Map<number, string>();
  let asked: AskedSegment[] = segments.map((segment, index) => ({
    number: index + 1,
    segment,
    fault: undefined,
  }));
  let costUsd = 0;
  for (let question = 0; question < QUESTIONS && asked.length > 0; question += 1) {
    const { answer, costUsd: cost } = await model.generate({
      instructions: translationInstructions(to),
      prompt: translationPrompt(asked, request),
      schema: answerSchema,
      maximumOutputTokens: MAXIMUM_OUTPUT_TOKENS,
      signal,
    });
    costUsd += cost;
    asked = asked.flatMap((one): AskedSegment[] => {
      const answers = answer.translations.filter(({ number }) => number === one.number);
      // Two answers for one segment: nobody knows which of them is meant.
      const [only] = answers.length === 1 ? answers : [];
      if (only === undefined) return [{ ...one, fault: 'missing' }];
      const fault = translationFault(only.text, { text: one.segment.text, names, target: to });
      if (fault === undefined || !isFatal(fault)) accepted.set(one.number, tidied(only.text));
      return fault === undefined ? [] : [{ ...one, fault }];
    });
  }
  if (accepted.size < segments.length) {
    throw new ClipScribeError(
      'ModelAnswerUnusable',
      `${model.identity} left ${segments.length - accepted.size} of ${segments.length} segments without a translation into ${to}.`,
    );
  }
  return { texts: segments.map((_segment, index) => accepted.get(index + 1) ?? ''), costUsd };
}
