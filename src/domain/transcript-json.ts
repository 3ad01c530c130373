import type { SubtitleCue } from './subtitle-cue.ts';
import { onOneLine } from './subtitle-text.ts';
import type { Transcript } from './transcript.ts';

/**
 * Podcasting 2.0 transcript JSON (podcast namespace, `application/json`): a segment per cue, short enough for an
 * app to follow the voice.
 */
export const toPodcastJson = (cues: readonly SubtitleCue[]): string =>
  JSON.stringify({
    version: '1.0.0',
    segments: cues.map((cue) => ({
      ...(cue.speaker !== null && { speaker: cue.speaker }),
      startTime: cue.start,
      endTime: cue.end,
      body: onOneLine(cue),
    })),
  });

/** WhisperX's JSON: segments with words and their speakers, and all words once more in one list. */
export function toWhisperXJson({ segments, language }: Transcript): string {
  const made = segments.map(({ start, end, text, speaker, words }) => {
    const who = speaker === null ? {} : { speaker };
    return {
      start,
      end,
      text,
      ...who,
      words: words.map((word) => ({
        word: word.text,
        start: word.start,
        end: word.end,
        score: word.confidence,
        ...who,
      })),
    };
  });
  return JSON.stringify({ segments: made, word_segments: made.flatMap(({ words }) => words), language });
}
