import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import type { ActivityDependencies } from '../activities/index.ts';
import { Scratch } from '../activities/scratch.ts';
import { createLanguageModel } from '../adapters/ai-sdk/create-language-model.ts';
import { createOpenBucket } from '../adapters/open-bucket.ts';
import { createReelOutput } from '../adapters/create-reel-output.ts';
import { createArtifactStore } from '../adapters/create-artifact-store.ts';
import { createClipSources } from '../adapters/direct-link/create-clip-sources.ts';
import { createDirectLinkSource } from '../adapters/direct-link/create-direct-link-source.ts';
import { createUploadSource } from '../adapters/direct-link/create-upload-source.ts';
import { PUBLIC_ADDRESSES_ONLY, PUBLIC_AND_PRIVATE_ADDRESSES } from '../adapters/egress/address-policy.ts';
import { createEgress } from '../adapters/egress/create-egress.ts';
import { FfmpegReelTool } from '../adapters/ffmpeg/ffmpeg-reel-tool.ts';
import { FfmpegMediaTool } from '../adapters/ffmpeg/ffmpeg-media-tool.ts';
import { createLocalClipSource } from '../adapters/local-file/create-local-clip-source.ts';
import { createLibreTranslateTranslator } from '../adapters/libretranslate/create-libretranslate-translator.ts';
import { createLocalFileSource } from '../adapters/local-file/create-local-file-source.ts';
import { createLocalModels } from '../adapters/local-models/create-local-models.ts';
import { inspectSpeakerEncoder } from '../adapters/local-models/inspect-speaker-encoder.ts';
import {
  tracedLanguageModel,
  tracedModels,
  tracedTranslator,
} from '../adapters/opentelemetry/traced-models.ts';
import { createPromptedTranslator } from '../adapters/prompted-translation/create-prompted-translator.ts';
import { createPageClipSource } from '../adapters/yt-dlp/create-page-clip-source.ts';
import { createPlaylistReader } from '../adapters/yt-dlp/create-playlist-reader.ts';
import { createYtDlpSource } from '../adapters/yt-dlp/create-yt-dlp-source.ts';
import { homeFolders } from '../config/home.ts';
import type { Settings } from '../config/settings.ts';
import { loadTools } from '../config/tools.ts';

/** Builds what the steps need from the settings; `close` ends every process and connection it started. */
export async function composeDependencies(
  settings: Settings,
  logger: Logger,
): Promise<ActivityDependencies & { close: () => Promise<void> }> {
  const folders = homeFolders(settings.home);
  const tools = loadTools(settings.home);
  const { store } = await createArtifactStore({ folder: folders.artifacts, bucket: settings.storage });
  const scratch = new Scratch(folders.work);
  const egress = await createEgress({
    policy: settings.allowPrivateAddresses ? PUBLIC_AND_PRIVATE_ADDRESSES : PUBLIC_ADDRESSES_ONLY,
  });
  const mediaTool = new FfmpegMediaTool({
    ...tools,
    workDirectory: folders.work,
    maxDurationSeconds: settings.maximumDurationSeconds,
  });
  const reelTool = new FfmpegReelTool({
    ...tools,
    workDirectory: folders.work,
    fontDirectory: join(
      dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')),
      'ttf',
    ),
  });
  const { storage, maximumDownloadBytes: maxBytes } = settings;
  // Clips lie where results lie, or with the vendor itself.
  const openBucket = createOpenBucket((kind) => (storage?.kind === kind ? storage.endpoint : undefined));
  const python = { python: tools.python, workDirectory: folders.modelServer };
  const encoderFile = settings.speakerEncoderFile;
  const models = createLocalModels({
    ...tools,
    workDirectory: folders.modelServer,
    preloadModel: settings.model,
    logger,
    transcription: settings.transcription,
    speakerEncoder: settings.speakerEncoder,
    speakerEncoderFile: encoderFile && {
      ...encoderFile,
      model: await inspectSpeakerEncoder(encoderFile.path, python),
    },
  });
  const clips = createClipSources({ egress, store, openBucket, reelTool, maxBytes });
  const languageModel =
    settings.languageModel && tracedLanguageModel(createLanguageModel(settings.languageModel));
  return {
    sources: [
      createLocalFileSource({ mediaTool }),
      createUploadSource({ store, mediaTool, maxBytes: settings.maximumDownloadBytes }),
      createDirectLinkSource({ egress, mediaTool, maxBytes: settings.maximumDownloadBytes }),
      createYtDlpSource({ egress, ytDlp: tools.ytDlp, maxBytes: settings.maximumDownloadBytes }),
    ],
    playlists: createPlaylistReader({ egress, ytDlp: tools.ytDlp }),
    clipSources: [
      createLocalClipSource(),
      ...[clips.uploads, clips.buckets, clips.links],
      createPageClipSource({ egress, ytDlp: tools.ytDlp, maxBytes, links: clips.links }),
    ],
    reelTool,
    reelOutput: createReelOutput(openBucket),
    mediaTool,
    ...tracedModels(models.ports),
    languageModel,
    // The server that is there for nothing else comes first.
    translators: [
      ...(settings.translation
        ? [tracedTranslator(createLibreTranslateTranslator(settings.translation))]
        : []),
      ...(languageModel ? [createPromptedTranslator(languageModel)] : []),
      tracedTranslator(models.translator),
    ],
    store,
    scratch,
    limits: { maximumDurationSeconds: settings.maximumDurationSeconds },
    close: async () => {
      await Promise.all([models.close(), egress.close()]);
    },
  };
}
