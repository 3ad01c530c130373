import type { VideoActivities } from '../contracts/video-activities.ts';
import { joinTranslation, translatedWindowSchema } from '../domain/translation.ts';
import { transcriptSchema } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, type StageCache } from './stage-cache.ts';

export interface JoinTranslationDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

const VERSION = 1;

/** See {@link VideoActivities.joinTranslation}. */
export const createJoinTranslation =
  ({ store, cache }: JoinTranslationDependencies): VideoActivities['joinTranslation'] =>
  ({ transcript: reference, language, windows, salt }) =>
    withHeartbeat(async () => {
      const { result, measure } = await measured(async () => {
        const translated = await Promise.all(
          windows.map(async ({ window, translated: part }) => ({
            window,
            translated: await readJson(store, part, translatedWindowSchema),
          })),
        );
        const joined = await cache.json(
          {
            stage: 'translate',
            version: VERSION,
            parameters: { language, windows: windows.map(({ window }) => ({ ...window })), salt },
            inputs: [reference.sha256, ...windows.map(({ translated: part }) => part.sha256)],
          },
          async () =>
            joinTranslation(await readJson(store, reference, transcriptSchema), translated, language),
        );
        const translatedCount = translated
          .flatMap((one) => one.translated)
          .filter((text) => text !== null).length;
        return { ...joined, translatedCount };
      });
      return { transcript: result.artifact, translatedCount: result.translatedCount, measure };
    });
