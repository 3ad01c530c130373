import { FormData } from 'undici';
import { alignTranslation } from '../../domain/align-translation.ts';
import type { SpeechRegion } from '../../domain/audio-chunk.ts';
import { baseLanguage } from '../../domain/subtitle-rules.ts';
import type { TranslatedText } from '../../domain/translation.ts';
import type { TranscribedSegment } from '../../domain/transcript.ts';
import type { SegmentToTranslate, TranslationRequest, Translator } from '../../ports/translator.ts';
import type { ModelServerClient } from './model-server-client.ts';
import { parseTranscriptDocument, readTranscript } from './transcription-protocol.ts';

/** Part of the stage cache key: raised when the server or the alignment changes what comes out. */
const VERSION = 1;

/**
 * Whisper's own translation, from the sound into English, behind OpenAI's API.
 *
 * @param options.extensions true for our own server: it takes the language and where speech is. Others find both
 */
export const createWhisperTranslator = (
  client: ModelServerClient,
  { extensions }: { extensions: boolean },
): Translator => ({
  identity: `whisper-translate+${VERSION}`,
  listens: true,
  canTranslate: (_from, to) => Promise.resolve(baseLanguage(to) === 'en'),
  translate: async (request) => {
    const { segments, audio } = request;
    const file = new Blob([new Uint8Array(await audio.read())], { type: 'audio/flac' });
    const texts = new Map<SegmentToTranslate, TranslatedText>();
    for (const [language, spoken] of Map.groupBy(segments, (segment) => segment.language)) {
      const form = translationForm(
        file,
        request,
        extensions ? { language, regions: regionsOf(spoken, audio.start) } : null,
      );
      const heard = await listen(client, form, request);
      alignTranslation(spoken, heard).forEach((text, index) => {
        const segment = spoken[index];
        if (segment) texts.set(segment, text);
      });
    }
    return { texts: segments.map((segment) => texts.get(segment) ?? { text: '', words: [] }), costUsd: 0 };
  },
});

function translationForm(
  file: Blob,
  { audio }: TranslationRequest,
  own: { language: string; regions: SpeechRegion[] } | null,
): FormData {
  const form = new FormData();
  form.set('file', file, 'chunk.flac');
  form.set('model', audio.model);
  form.set('response_format', 'verbose_json');
  form.append('timestamp_granularities[]', 'word');
  form.append('timestamp_granularities[]', 'segment');
  if (own !== null) {
    form.set('language', own.language);
    form.set('speech_regions', JSON.stringify(own.regions.map(({ start, end }) => [start, end])));
  }
  return form;
}

/** What was heard, on the clock of the video. */
async function listen(
  client: ModelServerClient,
  form: FormData,
  { audio, segments, signal }: TranslationRequest,
): Promise<TranscribedSegment[]> {
  const response = await client.post('/v1/audio/translations', form, { signal });
  const document = parseTranscriptDocument(await client.text(response, signal));
  const extent = {
    start: (segments[0]?.start ?? audio.start) - audio.start,
    end: (segments.at(-1)?.end ?? audio.start) - audio.start,
  };
  const later = <Timed extends { start: number; end: number }>(timed: Timed): Timed => ({
    ...timed,
    start: timed.start + audio.start,
    end: timed.end + audio.start,
  });
  return readTranscript(document, { language: 'en', extent }).segments.map((segment) => ({
    ...later(segment),
    words: segment.words.map(later),
  }));
}

/** Where the segments are in the file; what lies before its start is not in it. */
const regionsOf = (segments: readonly SegmentToTranslate[], fileStart: number): SpeechRegion[] =>
  segments
    .map(({ start, end }) => ({ start: Math.max(0, start - fileStart), end: Math.max(0, end - fileStart) }))
    .filter(({ start, end }) => start < end);
