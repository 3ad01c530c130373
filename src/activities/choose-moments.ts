import type { ProposalActivities } from '../contracts/reel-propose.ts';
import { usableMoments } from '../domain/moment-choice.ts';
import type { MomentMaterial } from '../domain/moment-features.ts';
import { choiceInstructions, choicePrompt, choiceSchema } from '../domain/moment-prompt.ts';
import { momentWindows, type SentenceRange } from '../domain/moment-windows.ts';
import { momentsWithin, proportions } from '../domain/moments.ts';
import { FEWEST_MOMENTS, type Moment, type ProposalSettings } from '../domain/proposal.ts';
import { formatClock } from '../domain/time.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { LanguageModel } from '../ports/language-model.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { askForMoments, modelOf } from './ask-for-moments.ts';
import { findSources, readMaterial } from './proposal-sources.ts';
import type { StageCache } from './stage-cache.ts';

export interface ChooseMomentsDependencies {
  store: ArtifactStore;
  cache: StageCache;
  languageModel: LanguageModel | undefined;
}

/** Raised when the question or the rules for its answers change. */
const VERSION = 1;
/** Of one window among several; more would make the ranking long. */
const MOST_OF_A_WINDOW = 6;

/** See {@link ProposalActivities.chooseMoments}. */
export const createChooseMoments =
  ({ store, cache, languageModel }: ChooseMomentsDependencies): ProposalActivities['chooseMoments'] =>
  (input) =>
    withHeartbeat(async ({ signal }) => {
      const { settings, window, sourceJobId } = input;
      const model = modelOf(languageModel, settings);
      const notices: string[] = [];
      const { result, measure } = await measured(async () => {
        if (model === undefined) return { artifact: null, cached: false };
        const sources = await findSources(store, input);
        const key = cache.key(
          {
            stage: 'choose',
            version: VERSION,
            parameters: { sourceJobId, settings, window },
            inputs: [sources.core.sha256, sources.transcript.sha256],
          },
          'json',
        );
        const stored = await store.find(key);
        if (stored !== undefined) return { artifact: stored, cached: true };
        const { material } = await readMaterial(store, sources, input);
        const { windows } = momentWindows(material);
        const within = windows[window];
        // The transcript was corrected since the windows were counted.
        if (within === undefined) return { artifact: null, cached: false };
        const { answer, costUsd } = await choose(model, {
          ...{ material, within, settings, signal },
          isOnly: windows.length === 1,
        });
        if (answer === null) notices.push(unusable(model, material, within));
        // Asked again another time, the model may do better: only its own choice is kept.
        const artifact = answer === null ? null : await store.put(key, JSON.stringify(answer));
        return { artifact, cached: false, model: model.identity, costUsd };
      });
      return { choice: result.artifact, notices, measure };
    });

interface Question {
  material: MomentMaterial;
  within: SentenceRange;
  settings: ProposalSettings;
  isOnly: boolean;
  signal: AbortSignal;
}

/** The usable part of the model's choice; null where there is none. */
async function choose(
  model: LanguageModel,
  { material, within, settings, isOnly, signal }: Question,
): Promise<{ answer: Moment[] | null; costUsd: number }> {
  const { count, longestSeconds } = proportions(settings);
  // What the local score does not find either, nobody can ask for.
  const fewest = isOnly ? Math.min(FEWEST_MOMENTS, momentsWithin(material, settings, within).length) : 0;
  const most = isOnly ? count : Math.min(count, MOST_OF_A_WINDOW);
  const context = { material, within, wishes: settings };
  const { answer, costUsd } = await askForMoments(model, {
    instructions: choiceInstructions({ most, fewest, longestSeconds, lengthSeconds: settings.lengthSeconds }),
    prompt: choicePrompt(material, within),
    schema: choiceSchema.refine(
      (choice) =>
        usableMoments(choice, context).length >= Math.max(fewest, Math.min(1, choice.moments.length)),
      `Too few of the moments can be used: "first" and "last" must be numbers of sentences in the message, in order, not shared between moments, and a moment must take from 2 to ${Math.floor(longestSeconds)} seconds.`,
    ),
    signal,
  });
  return { answer: answer && usableMoments(answer, context).slice(0, most), costUsd };
}

function unusable({ identity }: LanguageModel, { sentences }: MomentMaterial, window: SentenceRange): string {
  const start = sentences[window.first]?.start ?? 0;
  const end = sentences[window.last]?.end ?? 0;
  return `${identity} gave no usable answer about ${formatClock(start)}–${formatClock(end)}: there the local score chose.`;
}
