import { FREE, type ModelPrices } from '../../domain/model-prices.ts';
import type {
  EntityExtractor,
  SpeakerEncoder,
  SpeechDetector,
  Transcriber,
} from '../../ports/speech-models.ts';
import type { Translator } from '../../ports/translator.ts';
import { createWhisperTranslator } from './create-whisper-translator.ts';
import { endpointAt } from './endpoint.ts';
import { createHttpEntityExtractor } from './http-entity-extractor.ts';
import { createHttpSpeakerEncoder } from './http-speaker-encoder.ts';
import { createHttpSpeechDetector } from './http-speech-detector.ts';
import { createHttpTranscriber } from './http-transcriber.ts';
import { InferenceProcess, type InferenceProcessOptions } from './inference-process.ts';
import { ModelServerClient } from './model-server-client.ts';

export interface LocalModelsOptions extends InferenceProcessOptions {
  /** Another OpenAI-compatible server for transcription; undefined: our own. */
  transcription: { url: string; key: string | undefined; priceUsdPerMinute: ModelPrices } | undefined;
  /** Another server that hears voices as ours does; undefined: our own. */
  speakerEncoder: { url: string; key: string | undefined } | undefined;
  /** A speaker encoder in ONNX for our own server, and its name, which `inspectSpeakerEncoder` tells. */
  speakerEncoderFile: { path: string; sameVoiceSimilarity: number; model: string } | undefined;
}

export interface LocalModels {
  ports: {
    speechDetector: SpeechDetector;
    transcriber: Transcriber;
    speakerEncoder: SpeakerEncoder;
    extractor: EntityExtractor;
  };
  /** The speech model's own translation into English. */
  translator: Translator;
  /** Ends the model server; requests under way fail. */
  close: () => Promise<void>;
}

/**
 * Part of the stage cache key: to be raised when windows, features, similarity or the search for overlaps in
 * `inference/` change.
 */
const HEARING_VERSION = 4;
/** A chunk is five minutes at most. A server that says nothing for so long has lost the request. */
const LONGEST_SILENCE_MS = 15 * 60_000;

/** Tells in the stage cache what was heard by which encoder of our own server, and what it takes for one voice. */
export const ownEncoderIdentity = (file: LocalModelsOptions['speakerEncoderFile']): string =>
  file === undefined
    ? `3d-speaker-campplus-zh-en-common-advanced-${HEARING_VERSION}`
    : `${file.model}-${file.sameVoiceSimilarity}-${HEARING_VERSION}`;

/** The model ports over our own model server, which is started in the background. */
export function createLocalModels({
  transcription,
  speakerEncoder,
  preloadModel,
  ...options
}: LocalModelsOptions): LocalModels {
  const inference = new InferenceProcess({
    ...options,
    // With another server for speech the model would only take memory here.
    ...(transcription === undefined && preloadModel !== undefined ? { preloadModel } : {}),
  });
  inference.warmUp();
  const own = new ModelServerClient(inference.endpoint, { tellsTrace: true });
  const other = clientOf(transcription);
  const otherEncoder = clientOf(speakerEncoder);
  return {
    ports: {
      speechDetector: createHttpSpeechDetector(own),
      transcriber:
        other === undefined
          ? createHttpTranscriber(own, { extensions: true, priceUsdPerMinute: FREE })
          : createHttpTranscriber(other, {
              extensions: false,
              priceUsdPerMinute: transcription?.priceUsdPerMinute ?? FREE,
            }),
      speakerEncoder: createHttpSpeakerEncoder(
        otherEncoder ?? own,
        speakerEncoder?.url ?? ownEncoderIdentity(options.speakerEncoderFile),
      ),
      extractor: createHttpEntityExtractor(own),
    },
    translator: createWhisperTranslator(other ?? own, { extensions: other === undefined }),
    close: async () => {
      await inference.close();
      await Promise.all([own.close(), other?.close(), otherEncoder?.close()]);
    },
  };
}

const clientOf = (
  server: { url: string; key: string | undefined } | undefined,
): ModelServerClient | undefined =>
  server &&
  new ModelServerClient(() => Promise.resolve(endpointAt(server.url, server.key)), {
    silenceMs: LONGEST_SILENCE_MS,
  });
