import { type Attributes, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { LanguageModel } from '../../ports/language-model.ts';
import type {
  EntityExtractor,
  SpeakerEncoder,
  SpeechDetector,
  Transcriber,
} from '../../ports/speech-models.ts';
import type { Translator } from '../../ports/translator.ts';

interface Models {
  speechDetector: SpeechDetector;
  transcriber: Transcriber;
  speakerEncoder: SpeakerEncoder;
  extractor: EntityExtractor;
}

/** The same models; where traces are on, each call gives a span. */
export const tracedModels = ({ speechDetector, transcriber, speakerEncoder, extractor }: Models): Models => ({
  speechDetector: {
    detectSpeech: (pcm, options) =>
      modelCall('detectSpeech', {}, () => speechDetector.detectSpeech(pcm, options)),
  },
  transcriber: {
    ...transcriber,
    transcribe: (audio, options) =>
      modelCall('transcribe', { model: options.model }, () => transcriber.transcribe(audio, options)),
  },
  speakerEncoder: {
    ...speakerEncoder,
    embed: (audio, options) =>
      modelCall('embed', { model: speakerEncoder.identity }, () => speakerEncoder.embed(audio, options)),
  },
  extractor: {
    ...extractor,
    extract: (segments, options) =>
      modelCall('extract', { model: extractor.model }, () => extractor.extract(segments, options)),
  },
});

/** The same language model; where traces are on, each question gives a span. */
export const tracedLanguageModel = (languageModel: LanguageModel): LanguageModel => ({
  ...languageModel,
  generate: (request) =>
    modelCall('generate', { model: languageModel.identity }, () => languageModel.generate(request)),
});

/** The same translator; where traces are on, each translation gives a span. */
export const tracedTranslator = (translator: Translator): Translator => ({
  ...translator,
  translate: (request) =>
    modelCall('translate', { model: translator.identity }, () => translator.translate(request)),
});

const modelCall = <Result>(
  name: string,
  attributes: Attributes,
  call: () => Promise<Result>,
): Promise<Result> =>
  trace
    .getTracer('clipscribe')
    .startActiveSpan(`Model:${name}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      try {
        return await call();
      } catch (error) {
        span.recordException(error as Error);
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
