import { ClipScribeError } from '../domain/errors.ts';
import { askedModel, type ProposalSettings } from '../domain/proposal.ts';
import type { LanguageModel, LanguageModelAnswer, LanguageModelRequest } from '../ports/language-model.ts';

/** Much more than the answer; models that think need the rest. */
const MAXIMUM_OUTPUT_TOKENS = 16_000;

/**
 * The language model that a proposal asks; undefined where the local score chooses.
 *
 * @throws ClipScribeError ModelUnknown
 */
export function modelOf(
  languageModel: LanguageModel | undefined,
  settings: ProposalSettings,
): LanguageModel | undefined {
  const name = askedModel(settings);
  if (name === undefined) return undefined;
  if (languageModel?.identity === name) return languageModel;
  throw new ClipScribeError(
    'ModelUnknown',
    languageModel === undefined
      ? `There is no language model here that could be ${name}: set CLIPSCRIBE_LANGUAGE_MODEL for the workers, or choose the model local.`
      : `The language model here is ${languageModel.identity}, not ${name}; choose that, or local.`,
  );
}

/** Asks the model; where its second answer cannot be used either, the answer is null. What it cost counts anyway. */
export async function askForMoments<Answer>(
  model: LanguageModel,
  request: Omit<LanguageModelRequest<Answer>, 'maximumOutputTokens'>,
): Promise<LanguageModelAnswer<Answer | null>> {
  try {
    return await model.generate({ ...request, maximumOutputTokens: MAXIMUM_OUTPUT_TOKENS });
  } catch (error) {
    if (!ClipScribeError.is(error) || error.code !== 'ModelAnswerUnusable') throw error;
    return { answer: null, costUsd: error.costUsd };
  }
}
