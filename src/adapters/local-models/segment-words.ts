import { z } from 'zod';
import type { Word } from '../../domain/transcript.ts';

/** What is read of OpenAI's `verbose_json`. All else that servers send is ignored; what may lack is optional. */
export const wordDocumentSchema = z.object({
  word: z.string(),
  start: z.number(),
  end: z.number(),
  probability: z.number().optional(),
});
export type WordDocument = z.infer<typeof wordDocumentSchema>;

/** For words whose server tells no probability. */
const UNKNOWN_CONFIDENCE = 1;
/** For words whose times were spread over their segment. */
const SPREAD_CONFIDENCE = 0.5;

/**
 * Words as a server lists them, with the punctuation of the segment's text where both have the same number of
 * words: OpenAI leaves punctuation out of its words.
 */
export function wordsWithPunctuation(text: string, words: readonly WordDocument[]): Word[] {
  const written = text.split(' ');
  const spoken = words.filter(({ word }) => word.trim() !== '');
  const sameCount = written.length === spoken.length;
  return spoken.map(({ word, start, end, probability }, index) => ({
    start: Math.max(0, start),
    end: Math.max(0, end),
    text: (sameCount ? written[index] : undefined) ?? word.trim(),
    confidence: Math.min(1, Math.max(0, probability ?? UNKNOWN_CONFIDENCE)),
  }));
}

/** Words of a text whose server tells no word times: spread over the segment by their length. */
export function wordsOverText(text: string, { start, end }: { start: number; end: number }): Word[] {
  const written = text.split(' ');
  const characters = written.reduce((total, word) => total + word.length, 0);
  const secondsPerCharacter = (end - start) / characters;
  let clock = start;
  return written.map((word) => {
    const wordStart = clock;
    clock = Math.min(end, clock + word.length * secondsPerCharacter);
    return { start: wordStart, end: clock, text: word, confidence: SPREAD_CONFIDENCE };
  });
}
