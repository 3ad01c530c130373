import { z } from 'zod';
import type { ProposalActivities, ProposedMoments, RankMomentsInput } from '../contracts/reel-propose.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { fitMoments, rankedMoments } from '../domain/moment-choice.ts';
import type { MomentMaterial } from '../domain/moment-features.ts';
import { rankingInstructions, rankingPrompt, rankingSchema } from '../domain/moment-prompt.ts';
import { momentWindows } from '../domain/moment-windows.ts';
import { momentsWithin, proportions } from '../domain/moments.ts';
import {
  FEWEST_MOMENTS,
  momentSchema,
  PROPOSAL_FILE,
  proposalSchema,
  type Moment,
  type ProposalSettings,
} from '../domain/proposal.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { LanguageModel } from '../ports/language-model.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { askForMoments, modelOf } from './ask-for-moments.ts';
import type { ChooseMomentsDependencies } from './choose-moments.ts';
import { findSources, readMaterial } from './proposal-sources.ts';
import { readJson } from './stage-cache.ts';

/** Raised when the question or the rules for its answers change. */
const VERSION = 1;

/** See {@link ProposalActivities.rankMoments}. */
export const createRankMoments =
  ({ store, cache, languageModel }: ChooseMomentsDependencies): ProposalActivities['rankMoments'] =>
  (input) =>
    withHeartbeat(async ({ signal }) => {
      const { settings, choices, sourceJobId } = input;
      const model = modelOf(languageModel, settings);
      const notices: string[] = [];
      const { result, measure } = await measured(async () => {
        const chosen = choices.filter((choice) => choice !== null);
        if (model === undefined || chosen.length === 0) return { proposed: null, cached: false };
        const sources = await findSources(store, input);
        const key = cache.key(
          {
            stage: 'choose',
            version: VERSION,
            parameters: { sourceJobId, settings, choices: choices.map((choice) => choice?.sha256 ?? null) },
            inputs: [sources.core.sha256, sources.transcript.sha256],
          },
          PROPOSAL_FILE,
        );
        const stored = await store.find(key);
        if (stored !== undefined) return { proposed: await proposed(store, stored), cached: true };
        const { material, proposalOf } = await readMaterial(store, sources, input);
        const moments = await readChoices(store, material, input);
        const { answer, costUsd } =
          choices.length === 1 || moments.length === 0
            ? { answer: moments, costUsd: 0 }
            : await rank(model, moments, { settings, signal });
        const fitting = fitMoments(answer ?? [], settings);
        const paid = { cached: false, model: model.identity, costUsd };
        const isShort = fitting.length < FEWEST_MOMENTS;
        // What the local score does not find either, nobody can ask for.
        if (isShort && fitting.length < momentsWithin(material, settings).length) {
          notices.push(`${model.identity} named too few moments that can be used: the local score chose.`);
          return { proposed: null, ...paid };
        }
        const proposal = JSON.stringify(proposalOf(fitting, model.identity), null, 2);
        return { proposed: await proposed(store, await store.put(key, proposal)), ...paid };
      });
      return { proposed: result.proposed, notices, measure };
    });

async function proposed(store: ArtifactStore, artifact: ArtifactRef): Promise<ProposedMoments> {
  const { moments } = await readJson(store, artifact, proposalSchema);
  return { files: [{ name: PROPOSAL_FILE, artifact }], momentCount: moments.length };
}

/** The moments of all windows, in order; where the model did not choose, those of the local score. */
async function readChoices(
  store: ArtifactStore,
  material: MomentMaterial,
  { choices, settings }: RankMomentsInput,
): Promise<Moment[]> {
  const { windows } = momentWindows(material);
  const moments = await Promise.all(
    choices.map((choice, window) =>
      choice === null
        ? momentsWithin(material, settings, windows[window])
        : readJson(store, choice, z.array(momentSchema)),
    ),
  );
  return moments.flat();
}

/** The model's ranking; null where it cannot be used. */
async function rank(
  model: LanguageModel,
  moments: readonly Moment[],
  { settings, signal }: { settings: ProposalSettings; signal: AbortSignal },
): Promise<{ answer: Moment[] | null; costUsd: number }> {
  const { count } = proportions(settings);
  const fewest = Math.min(FEWEST_MOMENTS, moments.length);
  const { answer, costUsd } = await askForMoments(model, {
    instructions: rankingInstructions(count),
    prompt: rankingPrompt(moments),
    schema: rankingSchema.refine(
      (ranking) => rankedMoments(ranking, moments).length >= fewest,
      `Too few are ranked: name at least ${fewest} of the moments by their numbers.`,
    ),
    signal,
  });
  return { answer: answer && rankedMoments(answer, moments), costUsd };
}
