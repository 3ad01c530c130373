import { roundToMilliseconds } from './time.ts';
import type { Word } from './transcript.ts';

/** Words that share a stretch of time by their length, for text whose words have no times of their own. */
export function spreadWords(
  texts: readonly string[],
  { start, end }: { start: number; end: number },
  confidence: number,
): Word[] {
  const characters = texts.reduce((total, text) => total + text.length, 0);
  let spoken = 0;
  const timeAt = (character: number): number =>
    roundToMilliseconds(start + ((end - start) * character) / characters);
  return texts.map((text) => {
    const wordStart = timeAt(spoken);
    spoken += text.length;
    return { start: wordStart, end: timeAt(spoken), text, confidence };
  });
}
