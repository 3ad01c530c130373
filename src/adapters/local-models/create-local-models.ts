import type { EntityExtractor, SpeechDetector, Transcriber } from '../../ports/speech-models.ts';
import { endpointAt } from './endpoint.ts';
import { createHttpEntityExtractor } from './http-entity-extractor.ts';
import { createHttpSpeechDetector } from './http-speech-detector.ts';
import { createHttpTranscriber } from './http-transcriber.ts';
import { InferenceProcess, type InferenceProcessOptions } from './inference-process.ts';
import { ModelServerClient } from './model-server-client.ts';

export interface LocalModelsOptions extends InferenceProcessOptions {
  /** Another OpenAI-compatible server for transcription; undefined: our own. */
  transcription: { url: string; key: string | undefined } | undefined;
}

export interface LocalModels {
  ports: { speechDetector: SpeechDetector; transcriber: Transcriber; extractor: EntityExtractor };
  /** Ends the model server; requests under way fail. */
  close: () => Promise<void>;
}

/** The model ports over our own model server, which is started in the background. */
export function createLocalModels({
  transcription,
  preloadModel,
  ...options
}: LocalModelsOptions): LocalModels {
  const inference = new InferenceProcess({
    ...options,
    // With another server for speech the model would only take memory here.
    ...(transcription === undefined && preloadModel !== undefined ? { preloadModel } : {}),
  });
  inference.warmUp();
  const own = new ModelServerClient(inference.endpoint);
  const other =
    transcription === undefined
      ? undefined
      : new ModelServerClient(() => Promise.resolve(endpointAt(transcription.url, transcription.key)));
  return {
    ports: {
      speechDetector: createHttpSpeechDetector(own),
      transcriber:
        other === undefined
          ? createHttpTranscriber(own, { extensions: true })
          : createHttpTranscriber(other, { extensions: false }),
      extractor: createHttpEntityExtractor(own),
    },
    close: async () => {
      await inference.close();
      await Promise.all([own.close(), other?.close()]);
    },
  };
}
