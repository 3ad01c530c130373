import type { NamedArtifact } from '../contracts/job-results.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import { subtitleFiles } from '../domain/subtitle-files.ts';
import { transcriptText } from '../domain/transcript-text.ts';
import { transcriptSchema } from '../domain/transcript.ts';
import { withSpeakerNames } from '../domain/word-speakers.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { storeFiles } from './store-files.ts';
import { readJson, type StageCache } from './stage-cache.ts';

export interface WriteSubtitlesDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

const VERSION = 3;

/** See {@link VideoActivities.writeSubtitles}. */
export const createWriteSubtitles =
  ({ store, cache }: WriteSubtitlesDependencies): VideoActivities['writeSubtitles'] =>
  ({ transcript: reference, language, settings, salt }) =>
    withHeartbeat(async () => {
      const { result, measure } = await measured(() =>
        storeFiles(
          cache,
          store,
          {
            stage: 'subtitles',
            version: VERSION,
            parameters: { settings, salt, language: language ?? undefined },
            inputs: [reference.sha256],
          },
          async () => {
            const transcript = await readJson(store, reference, transcriptSchema);
            const named = withSpeakerNames(transcript);
            const timed = Object.entries(subtitleFiles(named, settings));
            const name = language === null ? 'transcript' : `transcript.${language}`;
            return {
              [`${name}.txt`]: transcriptText(named),
              [`${name}.json`]: JSON.stringify(transcript),
              ...Object.fromEntries(timed.map(([ending, content]) => [`${name}.${ending}`, content])),
            };
          },
        ),
      );
      const files: NamedArtifact[] = result.files;
      return { files, measure };
    });
