import type { FormData } from 'undici';

/**
 * How a model wants to be asked for as much as it can tell: each of the known cloud models takes other fields and
 * refuses those of the rest. Times of words where it has them, else of segments; speakers where it tells them apart.
 */
export function addDialect(form: FormData, model: string, language: string | undefined): void {
  const name = model.toLowerCase();
  if (name.includes('diarize')) {
    // OpenAI's gpt-4o-transcribe-diarize: segments with speakers. Required beyond 30 s of audio.
    form.set('response_format', 'diarized_json');
    form.set('chunking_strategy', 'auto');
  } else if (name.includes('gpt-4o')) {
    // OpenAI's other models after Whisper tell the text alone.
    form.set('response_format', 'json');
  } else if (name.includes('voxtral')) {
    // Mistral's: segments with speakers. A language and times exclude each other there.
    form.set('diarize', 'true');
    form.append('timestamp_granularities', 'segment');
    return;
  } else {
    form.set('response_format', 'verbose_json');
    form.append('timestamp_granularities[]', 'word');
    form.append('timestamp_granularities[]', 'segment');
  }
  if (language !== undefined) form.set('language', language);
}
