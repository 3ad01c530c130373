import type { Segment, Transcript } from '../../src/domain/transcript.ts';

/** One sentence that somebody says. */
export interface SpokenLine {
  text: string;
  speaker?: string;
  /** Silence before it, in seconds; 0.2 where not said. */
  pause?: number;
  confidence?: number;
}

const SECONDS_PER_WORD = 0.35;

/** A transcript in which lines are spoken one after the other, a word in 0.35 s. */
export function transcriptOf(lines: readonly SpokenLine[], language = 'en'): Transcript {
  let clock = 0;
  const segments = lines.map(({ text, speaker, pause = 0.2, confidence = 0.9 }, index): Segment => {
    clock += pause;
    const words = text.split(' ').map((word) => {
      const start = clock;
      clock += SECONDS_PER_WORD;
      return { start: milliseconds(start), end: milliseconds(clock), text: word, confidence };
    });
    return {
      id: `s${String(index + 1).padStart(6, '0')}`,
      start: words[0]?.start ?? 0,
      end: words.at(-1)?.end ?? 0,
      text,
      speaker: speaker ?? null,
      words,
    };
  });
  return { language, durationSeconds: milliseconds(clock + 1), segments };
}

const milliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;
