import { createParser } from 'eventsource-parser';
import { FormData, type Response } from 'undici';
import { ClipScribeError } from '../../domain/errors.ts';
import { priceOf, type ModelPrices } from '../../domain/model-prices.ts';
import type { TranscribeOptions, Transcriber } from '../../ports/speech-models.ts';
import type { ModelServerClient } from './model-server-client.ts';
import { errorForEvent } from './server-errors.ts';
import { addDialect } from './transcription-dialects.ts';
import {
  parseJson,
  parseTranscriptDocument,
  readSegments,
  readTranscript,
  transcriptEventSchema,
  type ReadingContext,
  type TranscriptDocument,
} from './transcription-protocol.ts';

/**
 * A transcriber behind OpenAI's API.
 *
 * @param options.priceUsdPerMinute of audio
 * @param options.extensions true for our own server: it takes speech regions, switching languages and where to go on,
 *   and streams its progress. Others get the standard fields only and answer once.
 */
export const createHttpTranscriber = (
  client: ModelServerClient,
  { extensions, priceUsdPerMinute }: { extensions: boolean; priceUsdPerMinute: ModelPrices },
): Transcriber => ({
  priceUsdPerSecond: (model) => priceOf(priceUsdPerMinute, model) / 60,
  transcribe: async (audio, options) => {
    const form = transcriptionForm(audio, options, extensions);
    const response = await client.post('/v1/audio/transcriptions', form, { signal: options.signal });
    const context: ReadingContext = {
      language: options.language,
      extent: { start: options.speechRegions[0]?.start ?? 0, end: options.speechRegions.at(-1)?.end ?? 0 },
    };
    if (extensions) return readTranscript(await readEvents(client, response, options), context);
    const transcript = readTranscript(
      parseTranscriptDocument(await client.text(response, options.signal)),
      context,
    );
    const { resumeAfterSeconds = 0 } = options;
    return {
      ...transcript,
      segments: transcript.segments.filter(({ start }) => start >= resumeAfterSeconds),
    };
  },
});

/** The request as a form. Field names are OpenAI's; others are our server's. */
function transcriptionForm(
  audio: Uint8Array,
  { model, language, switching, speechRegions, resumeAfterSeconds }: TranscribeOptions,
  extensions: boolean,
): FormData {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(audio)], { type: 'audio/flac' }), 'chunk.flac');
  form.set('model', model);
  addDialect(form, extensions ? 'whisper' : model, language);
  if (extensions) {
    form.set('speech_regions', JSON.stringify(speechRegions.map(({ start, end }) => [start, end])));
    form.set('language_switching', switching);
    form.set('stream', 'true');
    if (resumeAfterSeconds !== undefined) form.set('resume_after', String(resumeAfterSeconds));
  }
  return form;
}

/** Reads server-sent events to the last one, reporting progress on the way. */
async function readEvents(
  client: ModelServerClient,
  response: Response,
  { onProgress, signal }: TranscribeOptions,
): Promise<TranscriptDocument> {
  let document: TranscriptDocument | undefined;
  const parser = createParser({
    onEvent: ({ data }) => {
      const parsed = transcriptEventSchema.safeParse(parseJson(data));
      if (!parsed.success) return;
      const event = parsed.data;
      if (event.type === 'error') throw errorForEvent(event);
      if (event.type === 'transcript.text.done') document = event;
      else if (event.seconds_done !== undefined) {
        onProgress({ secondsDone: event.seconds_done, segments: readSegments(event.segments ?? []) });
      }
    },
  });
  for await (const part of client.textParts(response, signal)) parser.feed(part);
  if (document === undefined) {
    throw new ClipScribeError(
      'ModelUnavailable',
      'The model server ended its answer before the transcript was whole.',
    );
  }
  return document;
}
